package io.breakwater.workers.protection;

import io.breakwater.workers.protection.Fingerprints.Installed;
import io.breakwater.workers.protection.Signature.Reaction;
import io.breakwater.workers.protection.Signature.Word;
import java.util.List;

/**
 * Signatures of amplifiers' answers, the same for all tenants with reactions of each, and the
 * fingerprints of attacks, of each tenant its own. Immutable; of two that were made one from
 * another, what did not change is the same memory.
 *
 * <pre>
 *   a signature's longs
 *     0  source ports (first, last), destination ports (first, last)   16 bits each
 *     1  lengths (16, 16), TTLs (8, 8), TCP flags' mask (8), flags (8)
 *     2  column (8), payload bytes (16), next of the catalogue (8), words (4), reaction (2),
 *        protocol + 1 (9)
 *     3  when it expires
 *     4  the words' places: offset (8), bytes (8), four times
 *     5  what a packet costs, if it is limited
 *     6  mask, value, four times
 * </pre>
 *
 * <p>A table of a byte for each source port says which signature of the catalogue may fit: 0 of
 * nearly all packets.
 */
public final class SignatureTable {

  /** Most signatures of the catalogue. */
  public static final int CATALOGUE_MAX = 40;

  public static final int STRIDE = 16;
  public static final int PORTS = 0;
  public static final int SHAPE = 1;
  public static final int KIND = 2;
  public static final int EXPIRES = 3;
  public static final int PLACES = 4;
  public static final int COST = 5;
  public static final int WORDS = 6;

  private static final int PROTOCOL_MASK = 0x1ff;
  private static final int REACTION_SHIFT = 12;
  private static final int WORDS_SHIFT = 16;
  private static final int NEXT_SHIFT = 24;
  private static final int PAYLOAD_SHIFT = 32;
  private static final int COLUMN_SHIFT = 48;
  private static final int COUNT_BITS = 4;
  private static final int PORT_COUNT = 1 << 16;

  private static final Reaction[] REACTIONS = Reaction.values();

  private static final SignatureTable NONE =
      new SignatureTable(
          new byte[0], new long[0], 0, new byte[0], new long[0], new int[0], new long[0]);

  /** By source port: 1 + the number of the first signature that may fit. */
  final byte[] byPort;

  final long[] catalogue;
  final int catalogueSize;

  /** By tenant and number in the catalogue: the ordinal of a reaction. */
  final byte[] reactions;

  /** By tenant: what a packet costs that the catalogue limits. */
  final long[] limitCosts;

  /** By tenant: {@code first long << 4 | count}. */
  final int[] fingerprintsOf;

  final long[] fingerprints;

  private SignatureTable(
      byte[] byPort,
      long[] catalogue,
      int catalogueSize,
      byte[] reactions,
      long[] limitCosts,
      int[] fingerprintsOf,
      long[] fingerprints) {
    this.byPort = byPort;
    this.catalogue = catalogue;
    this.catalogueSize = catalogueSize;
    this.reactions = reactions;
    this.limitCosts = limitCosts;
    this.fingerprintsOf = fingerprintsOf;
    this.fingerprints = fingerprints;
  }

  /** No tenant has any. */
  public static SignatureTable none() {
    return NONE;
  }

  public boolean isEmpty() {
    return fingerprintsOf.length == 0;
  }

  // ---------------------------------------------------------------- for the packet path

  /**
   * By source port: 1 + the number of the signature that may fit, 0 for none. Not to be written.
   */
  public byte[] byPort() {
    return byPort;
  }

  public long[] catalogue() {
    return catalogue;
  }

  /** By tenant: {@code first long << 4 | count} of its fingerprints. Not to be written. */
  public int[] fingerprintsOf() {
    return fingerprintsOf;
  }

  public long[] fingerprints() {
    return fingerprints;
  }

  public static int first(int fingerprintsOfTenant) {
    return fingerprintsOfTenant >>> COUNT_BITS;
  }

  public static int count(int fingerprintsOfTenant) {
    return fingerprintsOfTenant & (1 << COUNT_BITS) - 1;
  }

  /** A tenant's reaction to a signature of the catalogue. */
  public Reaction reaction(int tenant, int number) {
    return REACTIONS[reactions[tenant * catalogueSize + number]];
  }

  /** What a packet costs a tenant that the catalogue limits. */
  public long limitCost(int tenant) {
    return limitCosts[tenant];
  }

  /** The bucket of one of a tenant's signatures, by its column. */
  public static int cell(int tenant, int column) {
    return tenant * (CATALOGUE_MAX + Fingerprints.PER_TENANT) + column;
  }

  /** 1 + the number of the next one of the catalogue with this source port, 0 for none. */
  public static int next(long kind) {
    return (int) (kind >>> NEXT_SHIFT) & 0xff;
  }

  /** Of a row of counters. */
  public static int column(long kind) {
    return (int) (kind >>> COLUMN_SHIFT) & 0xff;
  }

  public static Reaction reaction(long kind) {
    return REACTIONS[(int) (kind >>> REACTION_SHIFT) & 3];
  }

  public static int wordCount(long kind) {
    return (int) (kind >>> WORDS_SHIFT) & 0xf;
  }

  /** Bytes of payload that must be there. */
  public static int payloadBytes(long kind) {
    return (int) (kind >>> PAYLOAD_SHIFT) & 0xffff;
  }

  /**
   * Whether the fields of a packet's headers fit the signature at {@code at}.
   *
   * @param ports source, destination; 0 without
   */
  public static boolean fits(
      long[] signatures, int at, int protocol, int ports, int lengthBytes, int ttl, int tcpFlags) {
    long range = signatures[at + PORTS];
    long shape = signatures[at + SHAPE];
    int wanted = (int) signatures[at + KIND] & PROTOCOL_MASK;
    int source = ports >>> 16;
    int destination = ports & 0xffff;
    boolean fit = wanted == 0 | wanted == protocol + 1;
    fit &= source >= (int) (range >>> 48) & source <= ((int) (range >>> 32) & 0xffff);
    fit &= destination >= ((int) range >>> 16) & destination <= ((int) range & 0xffff);
    fit &= lengthBytes >= (int) (shape >>> 48) & lengthBytes <= ((int) (shape >>> 32) & 0xffff);
    fit &= ttl >= ((int) shape >>> 24 & 0xff) & ttl <= ((int) shape >>> 16 & 0xff);
    return fit & (tcpFlags & (int) shape >>> 8 & 0xff) == ((int) shape & 0xff);
  }

  // ---------------------------------------------------------------- making it

  /** The same with other fingerprints: by tenant's slot, what is installed for it. */
  public SignatureTable withFingerprints(List<TenantFingerprints> installed) {
    int slots = fingerprintsOf.length;
    int[] of = new int[slots];
    int total = installed.stream().mapToInt(tenant -> tenant.fingerprints().size()).sum();
    long[] longs = new long[total * STRIDE];
    int at = 0;
    for (TenantFingerprints tenant : installed) {
      if (tenant.slot() >= slots || tenant.fingerprints().isEmpty()) {
        continue;
      }
      of[tenant.slot()] = at << COUNT_BITS | tenant.fingerprints().size();
      for (Installed fingerprint : tenant.fingerprints()) {
        write(longs, at, fingerprint.signature(), CATALOGUE_MAX + fingerprint.place(), 0);
        at += STRIDE;
      }
    }
    return new SignatureTable(byPort, catalogue, catalogueSize, reactions, limitCosts, of, longs);
  }

  /** What is installed for the tenant in a slot. */
  public record TenantFingerprints(int slot, List<Installed> fingerprints) {}

  private static void write(long[] longs, int at, Signature signature, int column, int next) {
    longs[at + PORTS] =
        (long) signature.sourcePorts().first() << 48
            | (long) signature.sourcePorts().last() << 32
            | (long) signature.destinationPorts().first() << 16
            | signature.destinationPorts().last();
    longs[at + SHAPE] =
        (long) signature.lengths().first() << 48
            | (long) signature.lengths().last() << 32
            | (long) signature.ttls().first() << 24
            | (long) signature.ttls().last() << 16
            | signature.tcpFlagsMask() << 8
            | signature.tcpFlags();
    int payloadBytes = 0;
    for (int n = 0; n < signature.words().size(); n++) {
      Word word = signature.words().get(n);
      payloadBytes = Math.max(payloadBytes, word.offset() + word.bytes());
      longs[at + PLACES] |= (long) (word.offset() << 8 | word.bytes()) << 16 * n;
      longs[at + WORDS + 2 * n] = word.mask();
      longs[at + WORDS + 2 * n + 1] = word.value();
    }
    longs[at + KIND] =
        (long) column << COLUMN_SHIFT
            | (long) Math.max(payloadBytes, signature.payloadMinBytes()) << PAYLOAD_SHIFT
            | (long) next << NEXT_SHIFT
            | (long) signature.words().size() << WORDS_SHIFT
            | (long) signature.reaction().ordinal() << REACTION_SHIFT
            | signature.protocol() + 1;
    longs[at + EXPIRES] = signature.expiresNs();
    if (signature.reaction() == Reaction.LIMIT) {
      longs[at + COST] = TokenCells.cost(signature.limitPerSecond());
    }
  }

  /** Collects the catalogue and tenants' reactions. Control thread. */
  public static final class Builder {

    private final int slotBound;
    private final List<Signature> signatures;
    private final byte[] reactions;
    private final long[] limitCosts;
    private final byte[] byPort = new byte[PORT_COUNT];
    private final long[] longs;

    /**
     * @param slotBound slots of tenants are below it
     * @param catalogue at most {@link #CATALOGUE_MAX}, each with one source port; what they say of
     *     reactions is not read
     */
    public Builder(int slotBound, List<Signature> catalogue) {
      if (catalogue.size() > CATALOGUE_MAX) {
        throw new IllegalArgumentException(
            "a catalogue has at most 40 signatures: count=" + catalogue.size());
      }
      this.slotBound = slotBound;
      signatures = List.copyOf(catalogue);
      reactions = new byte[slotBound * catalogue.size()];
      limitCosts = new long[slotBound];
      longs = new long[catalogue.size() * STRIDE];
      // From the end, so that each knows the one behind it.
      for (int number = signatures.size() - 1; number >= 0; number--) {
        Signature signature = signatures.get(number);
        int port = signature.sourcePorts().first();
        write(longs, number * STRIDE, signature, number, byPort[port]);
        byPort[port] = (byte) (number + 1);
      }
    }

    /** What a tenant does with what fits a signature of the catalogue. */
    public Builder react(int tenant, int number, Reaction reaction) {
      reactions[tenant * signatures.size() + number] = (byte) reaction.ordinal();
      return this;
    }

    /** How many packets a second of each signature LIMIT lets by. */
    public Builder limit(int tenant, int perSecond) {
      limitCosts[tenant] = TokenCells.cost(perSecond);
      return this;
    }

    /** A table without fingerprints, not empty: some may come. */
    public SignatureTable build() {
      return new SignatureTable(
          byPort, longs, signatures.size(), reactions, limitCosts, new int[slotBound], new long[0]);
    }
  }
}
