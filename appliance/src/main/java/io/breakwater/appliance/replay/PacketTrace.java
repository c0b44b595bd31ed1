package io.breakwater.appliance.replay;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Pipeline;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * What one packet left behind in the packet path: read off its batch, which held nothing else.
 *
 * @param fate a code of {@link Fate} or {@link io.breakwater.workers.packet.DropReason}
 * @param tenant slot of the tenant that it was counted for, 0 for none
 * @param tunnel slot of the tunnel that it was put into, 0 for none
 * @param origin slot of the tunnel that it came out of, 0 for none
 * @param flow the hash by which the tunnel was chosen
 * @param port index of the port that its frames leave by, if there are any
 * @param stages those that it came through, in the path's order
 * @param sent the frames
 * @param tables that it met
 */
public record PacketTrace(
    int fate,
    int tenant,
    int tunnel,
    int origin,
    int flow,
    int port,
    List<StageCount> stages,
    List<byte[]> sent,
    ForwardingTables tables) {

  /** A stage, and whether packets ended there as dropped. */
  public record StageCount(Stage stage, boolean dropped) {}

  /**
   * @param batch one packet, after {@link Pipeline#process}
   * @param meters which have measured nothing but this packet since {@code before}
   */
  public static PacketTrace of(
      PacketMemory memory,
      Batch batch,
      Pipeline pipeline,
      StageMeters meters,
      Counts before,
      ForwardingTables tables) {
    List<StageCount> stages = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      int i = stage.ordinal();
      if (meters.packets(stage) > before.packets[i]) {
        stages.add(new StageCount(stage, meters.drops(stage) > before.drops[i]));
      }
    }
    int fate = batch.fate(0);
    List<byte[]> sent = new ArrayList<>();
    if (fate == Fate.DELIVERED.code() || fate == Fate.ANSWERED.code()) {
      sent.add(bytes(memory, batch, 0));
      for (int k = 0; k < pipeline.fragments().count(); k++) {
        sent.add(bytes(memory, pipeline.fragments().batch, k));
      }
    }
    return new PacketTrace(
        fate,
        batch.tenant(0),
        batch.tunnel(0),
        batch.origin(0),
        batch.flow(0),
        batch.port(0),
        List.copyOf(stages),
        List.copyOf(sent),
        tables);
  }

  private static byte[] bytes(PacketMemory memory, Batch batch, int packet) {
    byte[] bytes = new byte[batch.length(packet)];
    memory.read(batch.frame(packet), bytes, 0, bytes.length);
    return bytes;
  }

  /** What meters show before a packet. */
  public record Counts(long[] packets, long[] drops) {

    public static Counts of(StageMeters meters) {
      Stage[] stages = Stage.values();
      long[] packets = new long[stages.length];
      long[] drops = new long[stages.length];
      for (Stage stage : stages) {
        packets[stage.ordinal()] = meters.packets(stage);
        drops[stage.ordinal()] = meters.drops(stage);
      }
      return new Counts(packets, drops);
    }
  }
}
