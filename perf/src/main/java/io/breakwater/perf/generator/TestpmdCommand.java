package io.breakwater.perf.generator;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.IpAddress;
import io.breakwater.config.MacAddress;
import io.breakwater.perf.traffic.TrafficMix;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * testpmd's command line. Of a profile it can do little: one frame size, and either some flows to
 * one address of a tenant ({@link TestpmdMode#TXONLY}), or the profile's number of flows to
 * addresses of its own ({@link TestpmdMode#FLOWGEN}).
 */
record TestpmdCommand(
    Path program, EalArguments eal, TestpmdMode mode, TrafficProfile profile, Link link) {

  private static final int MEMORY_MIB = 512;
  private static final int PACKETS = 16_384;

  /** {@code flowgen} leaves them out of {@code --txpkts}. */
  private static final int CHECK_SEQUENCE_BYTES = 4;

  private static final int THIRD_BYTE = 0xff00;

  /**
   * @throws CommandException (wrong input) if testpmd cannot send this profile
   */
  static TestpmdCommand of(
      Path program, TestpmdMode mode, Link link, TrafficProfile profile, int core, int mainCore) {
    if (profile.frames().bytes().size() != 1 || !profile.mix().equals(TrafficMix.LEGITIMATE)) {
      throw CommandException.wrongInput(
          "testpmd sends legitimate traffic with frames of one size only: use --generator builtin");
    }
    EalArguments eal = EalArguments.of("testpmd", link, core, mainCore, MEMORY_MIB);
    return new TestpmdCommand(program, eal, mode, profile, link);
  }

  /** With {@code stdbuf}, as into a pipe testpmd says nothing until its buffer is full. */
  List<String> list() {
    List<String> list = new ArrayList<>(List.of("stdbuf", "-oL", program.toString()));
    list.addAll(eal.list());
    list.addAll(List.of("--", "-i", "--nb-cores=1", "--burst=32"));
    list.add("--total-num-mbufs=" + PACKETS);
    list.add("--forward-mode=" + mode.label());
    int frameBytes = profile.frames().bytes().getFirst();
    switch (mode) {
      case TXONLY -> {
        list.add("--txpkts=" + frameBytes);
        list.addAll(addresses());
      }
      case FLOWGEN -> {
        list.add("--txpkts=" + (frameBytes + CHECK_SEQUENCE_BYTES));
        list.add("--flowgen-flows=" + profile.flows());
      }
    }
    return list;
  }

  /**
   * Where {@code txonly} sends to. Its sources are the destination with a number of 0 to 255 or-ed
   * into the third byte: 256 of them only if that byte is 0.
   */
  private List<String> addresses() {
    Workload.Prefix prefix =
        profile.workload().prefixes().stream()
            .min(Comparator.comparingInt(each -> Integer.bitCount(each.address() & THIRD_BYTE)))
            .orElseThrow();
    IpAddress destination =
        new IpAddress(IpAddress.Family.IPV4, 0, Integer.toUnsignedLong(prefix.address() | 1));
    return List.of(
        "--eth-peer=0," + new MacAddress(link.applianceMac()),
        "--tx-ip=%s,%s".formatted(destination, destination),
        "--txonly-multi-flow");
  }
}
