package io.breakwater.config.nft;

import io.breakwater.config.firewall.Key;
import io.breakwater.config.nft.Selector.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A selector with its constants evaluated: each field's value is {@code value & mask ^ flip}.
 *
 * <p>Any sequence of {@code &}, {@code |} and {@code ^} is one such pair, as in the kernel
 * (net/netfilter/nft_bitwise.c).
 */
record KeyReader(List<Part> parts) {

  record Part(Token at, FieldSpec field, Bits128 mask, Bits128 flip) {

    boolean isWhole() {
      return flip.isZero() && mask.equals(Bits128.ones(bits()));
    }

    int bits() {
      return field.type().bits();
    }

    /**
     * As nft prints it: {@code meta mark & 0x000001ff | 0x00000100}. A mask that only takes off
     * what is set afterwards is not printed.
     */
    String text() {
      Bits128 set = flip.and(mask.not(bits()));
      Bits128 flipped = flip.and(mask);
      Bits128 kept = mask.or(set);
      StringBuilder text = new StringBuilder(field.text());
      if (!kept.equals(Bits128.ones(bits()))) {
        text.append(" & ").append(constant(kept));
      }
      if (!flipped.isZero()) {
        text.append(" ^ ").append(constant(flipped));
      }
      if (!set.isZero()) {
        text.append(" | ").append(constant(set));
      }
      return text.toString();
    }

    private String constant(Bits128 value) {
      return field.type().isFlags() && value.bitCount() > 1
          ? "(" + field.type().flags(value, " | ") + ")"
          : field.type().show(value);
    }
  }

  static KeyReader of(Selector selector) {
    List<Part> parts = new ArrayList<>();
    for (Selector.Part part : selector.parts()) {
      parts.add(part(part));
    }
    return new KeyReader(List.copyOf(parts));
  }

  private static Part part(Selector.Part part) {
    DataType type = part.field().type();
    Bits128 mask = Bits128.ones(type.bits());
    Bits128 flip = Bits128.ZERO;
    for (Operation operation : part.operations()) {
      Bits128 constant = ValueReader.single(operation.operand(), type);
      switch (operation.sign().text()) {
        case "&" -> {
          mask = mask.and(constant);
          flip = flip.and(constant);
        }
        case "|" -> {
          mask = mask.and(constant.not(type.bits()));
          flip = flip.and(constant.not(type.bits())).or(constant);
        }
        default -> flip = flip.xor(constant);
      }
    }
    return new Part(part.at(), part.field(), mask, flip);
  }

  boolean isSingle() {
    return parts.size() == 1;
  }

  Part first() {
    return parts.getFirst();
  }

  Token at() {
    return first().at();
  }

  List<DataType> types() {
    return parts.stream().map(part -> part.field().type()).toList();
  }

  /** The key of the model, in which there is no flip. */
  Key key() {
    List<Key.Part> result = new ArrayList<>();
    for (Part part : parts) {
      if (!part.flip.isZero()) {
        throw new Refusal(
            part.at, "not supported: | or ^ of a field that is looked up or is not one value");
      }
      result.add(new Key.Part(part.field.field(), part.mask.high(), part.mask.low()));
    }
    return new Key(result);
  }

  String text() {
    return parts.stream().map(Part::text).collect(Collectors.joining(" . "));
  }
}
