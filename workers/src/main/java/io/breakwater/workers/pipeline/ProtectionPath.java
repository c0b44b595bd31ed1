package io.breakwater.workers.pipeline;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import io.breakwater.workers.protection.ChecksState;
import io.breakwater.workers.protection.FairShare;
import io.breakwater.workers.protection.PacketSampler;
import io.breakwater.workers.protection.ProtectionTable;
import io.breakwater.workers.stage.FairShareCheck;
import io.breakwater.workers.stage.PacketFacts;
import io.breakwater.workers.stage.RateCheck;
import io.breakwater.workers.stage.SignatureCheck;
import io.breakwater.workers.stage.SourceSampler;
import io.breakwater.workers.stage.StaticCheck;
import io.breakwater.workers.stage.SynGuard;
import io.breakwater.workers.stage.TcpStateCheck;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;

/**
 * The stages of the tenants' protection, of one version of IP: those before the firewall, and the
 * one behind it. Belongs to one {@link IpPath}.
 */
final class ProtectionPath {

  private final PacketMemory memory;
  private final StageMeters meters;
  private final FairShare shares;
  private final FairShareCheck fairShare;
  private final PacketFacts facts;
  private final SourceSampler heavySources;
  private final PacketSampler sampler;
  private final StaticCheck staticCheck;
  private final SignatureCheck signatureCheck;
  private final RateCheck rateCheck;
  private final SynGuard synGuard;
  private final TcpStateCheck tcpStateCheck;

  ProtectionPath(boolean ipv6, PipelineBuilder parts) {
    memory = parts.memory;
    meters = parts.meters;
    ChecksState checks = parts.protection.checks();
    shares = checks.worker(parts.worker).fairShare();
    fairShare = new FairShareCheck(parts.batchCapacity, shares);
    facts = new PacketFacts(parts.batchCapacity, ipv6, checks.worker(parts.worker).traffic());
    sampler = parts.protection.sampling().worker(parts.worker);
    staticCheck = new StaticCheck(parts.batchCapacity, ipv6, facts, checks.worker(parts.worker));
    signatureCheck = new SignatureCheck(parts.batchCapacity, ipv6, facts, checks, parts.worker);
    rateCheck = new RateCheck(parts.batchCapacity, ipv6, facts, checks);
    heavySources = new SourceSampler(ipv6, facts, checks.worker(parts.worker).heavySources());
    synGuard = new SynGuard(parts.batchCapacity, ipv6, parts.protection, parts.worker);
    tcpStateCheck =
        new TcpStateCheck(
            parts.batchCapacity, ipv6, memory, parts.protection.tcpStates(), parts.worker);
  }

  /**
   * What of these packets, all from outside, comes to the firewall.
   *
   * @param destinations what addresses mean
   */
  PacketList before(
      Batch batch,
      PacketList in,
      ProtectionTable table,
      PrefixTable destinations,
      PortSettings port,
      long nowNs) {
    PacketList left = in;
    // Where no tenant is protected any more, nobody counts what is sent.
    if (shares.isActive() && !table.statics().isEmpty()) {
      fairShare.process(batch, left);
      left = ended(Stage.FAIR_SHARE, left, fairShare.passed);
    }
    if (!table.statics().isEmpty()) {
      facts.process(memory, batch, left, table.statics().words());
      heavySources.process(memory, batch, left, nowNs);
      sampler.process(memory, batch, left, table.statics().words(), nowNs);
      meters.end(Stage.PACKET_FACTS, left.count, 0);
      staticCheck.process(memory, batch, left, table.statics(), destinations, nowNs);
      left = ended(Stage.STATIC_CHECK, left, staticCheck.passed);
    }
    if (!table.signatures().isEmpty()) {
      signatureCheck.process(memory, batch, left, table.signatures(), nowNs);
      left = ended(Stage.SIGNATURE_CHECK, left, signatureCheck.passed);
    }
    if (!table.rates().isEmpty()) {
      rateCheck.process(memory, batch, left, table.rates(), nowNs);
      left = ended(Stage.RATE_CHECK, left, rateCheck.passed);
    }
    if (!table.synGuard().isEmpty()) {
      synGuard.judge(memory, batch, left, table.synGuard(), port, nowNs);
      meters.end(Stage.SYN_GUARD, left.count, synGuard.dropped());
      left = synGuard.passed;
    }
    if (!table.tcpState().isEmpty()) {
      tcpStateCheck.process(memory, batch, left, table.tcpState(), nowNs);
      left = ended(Stage.TCP_STATE, left, tcpStateCheck.passed);
    }
    if (!table.synGuard().isEmpty()) {
      // What is to be answered begins no connection, and takes no part in the stages between.
      left.addAll(synGuard.noted);
    }
    return left;
  }

  /** What of the packets that the firewall let by goes on: SYNs may be answered. */
  PacketList behind(
      Batch batch, PacketList in, ProtectionTable table, PortSettings port, long nowNs) {
    if (table.synGuard().isEmpty() || !synGuard.isAnswering()) {
      return in;
    }
    synGuard.answer(memory, batch, in, port, nowNs);
    meters.end(Stage.SYN_ANSWER, in.count, synGuard.dropped());
    return synGuard.unanswered;
  }

  private PacketList ended(Stage stage, PacketList in, PacketList passed) {
    meters.end(stage, in.count, in.count - passed.count);
    return passed;
  }
}
