package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.protection.FairShare;

/**
 * Drops what is above a tenant's fair share of an overloaded worker, before anything else is done
 * for it.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
public final class FairShareCheck {

  private static final int FAIR_SHARE = DropReason.FAIR_SHARE.code();

  /** Packets that go on. */
  public final PacketList passed;

  private final FairShare shares;

  /**
   * @param shares of both families
   */
  public FairShareCheck(int batchCapacity, FairShare shares) {
    this.shares = shares;
    passed = new PacketList(batchCapacity);
  }

  /** Gives the others of {@code in} their fates. */
  public void process(Batch batch, PacketList in) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] out = passed.index;
    int left = 0;
    for (int k = 0; k < in.count; k++) {
      int i = index[k];
      if (shares.admits(records[(i << Batch.SHIFT) + Batch.TENANT])) {
        out[left++] = i;
      } else {
        batch.setFate(i, FAIR_SHARE);
      }
    }
    passed.count = left;
  }
}
