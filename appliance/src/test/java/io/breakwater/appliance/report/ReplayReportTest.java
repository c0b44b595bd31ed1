package io.breakwater.appliance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.breakwater.appliance.report.ReplayReport.RuleReport;
import io.breakwater.appliance.report.ReplayReport.TenantReport;
import io.breakwater.appliance.report.ReplayReport.TunnelReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplayReportTest {

  @Test
  void shouldWriteKeysInOrderOfContract() {
    Map<String, TunnelReport> tunnels = new LinkedHashMap<>();
    tunnels.put("chicago-1", new TunnelReport(5, 420, 4, 300, 1, 6));
    tunnels.put("chicago-2", new TunnelReport(2, 168, 0, 0, 0, 0));
    TenantReport acme =
        new TenantReport(
            8,
            7,
            0,
            0,
            0,
            1,
            new TreeMap<>(Map.of("firewall-deny", 1L)),
            List.of(new RuleReport("tcp dport 20-21 accept", 5, 300)),
            tunnels);
    ReplayReport report =
        new ReplayReport(
            11,
            7,
            1,
            0,
            1,
            2,
            8,
            new TreeMap<>(Map.of("ipv4-bad-checksum", 1L, "firewall-deny", 1L)),
            new TreeMap<>(Map.of("acme", acme)));

    assertEquals(
        "{\"received\":11,\"delivered\":7,\"answered\":1,\"consumed\":0,\"host\":1,\"dropped\":2,"
            + "\"sent\":8,\"drops\":{\"firewall-deny\":1,\"ipv4-bad-checksum\":1},"
            + "\"tenants\":{\"acme\":{\"received\":8,\"delivered\":7,\"answered\":0,"
            + "\"consumed\":0,\"host\":0,\"dropped\":1,\"drops\":{\"firewall-deny\":1},"
            + "\"rules\":[{\"rule\":\"tcpdport20-21accept\",\"packets\":5,\"bytes\":300}],"
            + "\"tunnels\":{\"chicago-1\":{\"packets\":5,\"bytes\":420,"
            + "\"received\":4,\"receivedBytes\":300,\"dropped\":1,\"errors\":6},"
            + "\"chicago-2\":{\"packets\":2,\"bytes\":168,"
            + "\"received\":0,\"receivedBytes\":0,\"dropped\":0,\"errors\":0}}}}}",
        JsonOutput.text(report).replaceAll("\\s", ""));
  }

  @Test
  void shouldRefuseCountsThatDoNotAddUp() {
    assertThrows(
        IllegalStateException.class,
        () -> new ReplayReport(2, 1, 0, 0, 0, 0, 1, new TreeMap<>(), new TreeMap<>()));
  }
}
