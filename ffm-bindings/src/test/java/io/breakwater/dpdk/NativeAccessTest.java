package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.outside.NativeCallFromOutside;
import org.junit.jupiter.api.Test;

class NativeAccessTest {
  @Test
  void shouldRunTheseTestsInTheNamedModule() {
    assertEquals("io.breakwater.dpdk", NativeAccessTest.class.getModule().getName());
    assertTrue(NativeAccessTest.class.getModule().isNativeAccessEnabled());
  }

  @Test
  void shouldDenyNativeCallsOutsideTheBindings() throws Exception {
    ChildJvm.Result result = new ChildJvm().runOutsideModule(NativeCallFromOutside.class);

    assertEquals("through the bindings: true\ndirectly: denied\n", result.output());
    assertEquals(0, result.exit());
  }
}
