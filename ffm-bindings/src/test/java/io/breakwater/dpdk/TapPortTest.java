package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class TapPortTest {
  @Test
  void shouldExchangeADatagramWithTheKernel() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "SKIPPED: a TAP port and a network namespace need root");

    ChildJvm.Result result = new ChildJvm("unshare", "--net").runInModule(TapExchange.class);

    assertEquals(
        """
        mac 020000000002
        mtu 1400 kernel 1400
        blocking true
        answer from the kernel and back from 192.0.2.2 port 7
        in use 0 on DPDK true
        """,
        result.output());
    assertEquals(0, result.exit());
  }
}
