package io.breakwater.config.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.breakwater.config.protection.AmplificationSignature.PayloadMatch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmplificationTableTest {

  @Test
  void shouldReadEveryColumn() {
    assertEquals(
        List.of(
            new AmplificationSignature("a", "Other words (RFC 2).", 17, 1, 64, List.of()),
            new AmplificationSignature(
                "b-2",
                "Words (RFC 1).",
                6,
                65_535,
                9,
                List.of(
                    new PayloadMatch(0, 2, 0xffff, 0x6162),
                    new PayloadMatch(63, 3, 0xff0380, 0xff0180),
                    new PayloadMatch(1, 8, -1, -1)))),
        AmplificationTable.parse(
            "# comment\n\nb-2\ttcp\t65535\t9\t0:'ab' 63:ff0180/ff0380 1:ffffffffffffffff\t"
                + "Words (RFC 1).\na\tudp\t1\t64\t-\tOther words (RFC 2).\n"));
  }

  /** A tabulator is written as a semicolon. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          a;udp;1;0;-;W (s).             | fits everything from its port: give a length or bytes: a
          a;udp;1;0;0:00/00;W (s).       | fits everything: its mask is 0: 0:00/00
          a;udp;1;99;0:0000/0000;W (s).  | fits everything: its mask is 0: 0:0000/0000
          a;udp;1;0;0:02/01;W (s).       | no packet fits a value beyond its mask: 0:02/01
          a;udp;1;0;0:01/0101;W (s).     | value and mask must be of one length: 0:01/0101
          a;udp;1;0;64:01;W (s).         | must be an integer in 0..63: 64
          a;udp;1;0;0:010203040506070809;W (s). | not a match of payload bytes: 0:010203040506070809
          a;udp;1;0;0:1;W (s).           | not a match of payload bytes: 0:1
          a;udp;1;0;0:'123456789';W (s). | not a match of payload bytes: 0:'123456789'
          a;udp;1;0;0:01  1:01;W (s).    | "not a match of payload bytes: "
          a;udp;1;0;;W (s).              | "not a match of payload bytes: "
          a;udp;1;0;0:01 1:01 2:01 3:01 4:01;W (s). | at most 4 matches: 0:01 1:01 2:01 3:01 4:01
          a;udp;0;1;-;W (s).             | must be an integer in 1..65535: 0
          a;udp;65536;1;-;W (s).         | must be an integer in 1..65535: 65536
          a;udp;01;1;-;W (s).            | must be an integer in 1..65535: 01
          a;udp;1;65508;-;W (s).         | must be an integer in 0..65507: 65508
          a;UDP;1;1;-;W (s).             | protocol must be udp or tcp: UDP
          A;udp;1;1;-;W (s).             | not a name: A
          default;udp;1;1;-;W (s).       | a key of its own: default
          limit;udp;1;1;-;W (s).         | a key of its own: limit
          a;udp;1;1;-;Without a source.  | must be a sentence with (its sources): Without a source.
          a;udp;1;1;-                    | columns must be 6: 5
          x;udp;9;1;-;W (s).             | duplicate name: x
          a;udp;9;7;0:01;W (s).          | a and another signature fit the same packets: x
          a;udp;9;6;0:01;W (s).          | a and another signature fit the same packets: x
          a;udp;9;8;1:02 0:01;W (s).     | a and another signature fit the same packets: x
          """)
  void shouldRefuseWithTheNumberOfTheLine(String line, String message) {
    String table = "x\tudp\t9\t7\t0:01\tW (s).\n\n" + line.replace(';', '\t');

    Exception e =
        assertThrows(IllegalArgumentException.class, () -> AmplificationTable.parse(table));

    assertEquals("line 3: " + message, e.getMessage());
  }

  @Test
  void shouldAllowTwoThatTellPacketsOfOnePortApart() {
    assertEquals(
        2,
        AmplificationTable.parse("x\tudp\t9\t7\t0:01\tW (s).\ny\tudp\t9\t7\t0:02\tW (s).\n")
            .size());
  }
}
