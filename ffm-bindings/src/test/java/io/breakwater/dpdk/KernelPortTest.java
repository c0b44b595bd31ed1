package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class KernelPortTest {
  private static ChildJvm.Result inOwnNetwork(Class<?> main) throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "SKIPPED: ports to the kernel and a network namespace need root");
    return new ChildJvm("unshare", "--net").runInModule(main);
  }

  @Test
  void shouldExchangeADatagramWithTheKernelOverTap() throws Exception {
    ChildJvm.Result result = inOwnNetwork(TapExchange.class);

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

  @Test
  void shouldSendFramesOverAVethWithAfPacket() throws Exception {
    ChildJvm.Result result = inOwnNetwork(VethExchange.class);

    int sum = 32 * 60 + (40 + 1) * 31 * 32 / 2;
    assertEquals(
        """
        blocking true 1400
        sent 32
        sum %d
        in use 0 on DPDK true
        """
            .formatted(sum),
        result.output());
    assertEquals(0, result.exit());
  }
}
