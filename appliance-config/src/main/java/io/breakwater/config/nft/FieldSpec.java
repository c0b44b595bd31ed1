package io.breakwater.config.nft;

import io.breakwater.config.firewall.Field;

/**
 * A field as the language knows it.
 *
 * @param text as it is printed: {@code tcp dport}
 * @param namesProtocol whether a match of it tells which header comes next, as {@code ip protocol}
 *     and {@code meta l4proto} do
 */
record FieldSpec(String text, Field field, DataType type, Header header, boolean namesProtocol) {

  FieldSpec(String text, Field field, DataType type, Header header) {
    this(text, field, type, header, false);
  }
}
