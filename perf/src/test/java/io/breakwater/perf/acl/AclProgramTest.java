package io.breakwater.perf.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.traffic.Workload;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AclProgramTest {

  @Test
  void shouldFindTheCyclesOfALookup() {
    assertEquals(
        58.84,
        AclProgram.cycles(
            """
              num_tries=1
            search_ip5tuples  @lcore 1: 2000 iterations, 1456000 pkts, 1 categories, \
            85669870 cycles (0.03 sec), 58.84 cycles/pkt, 44188230.94 pkt/sec
            """));
  }

  @Test
  void shouldSayWhatItPrintedInsteadOfCycles() {
    CommandException failed =
        assertThrows(CommandException.class, () -> AclProgram.cycles("no such file\n"));
    assertEquals("dpdk-test-acl printed no cycles: no such file", failed.getMessage());
  }

  @Test
  void shouldNotFindWhatIsNotOnThePath() {
    assertEquals(Optional.empty(), AclProgram.find("/nowhere:"));
  }

  /** It reads our rules and flows, and finds as many of both as we wrote. */
  @Test
  void shouldLookUpTheFlowsOfATenant() throws Exception {
    assumeTrue(AclProgram.find(System.getenv("PATH")).isPresent(), "no dpdk-test-acl");
    try (AclPeer peer = new AclPeer("firewall-100", Workload.of(2, 20, 42), 100, 200)) {
      peer.round(CpuAffinity.current().getLast(), false);
      AclReport.Row row = peer.row();
      assertEquals(null, row.notMeasured());
      assertTrue(row.cycles().getFirst() > 1, row::toString);
      assertTrue(row.flows() > 50, row::toString);
    }
  }
}
