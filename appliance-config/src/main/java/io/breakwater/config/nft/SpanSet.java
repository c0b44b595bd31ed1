package io.breakwater.config.nft;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.Intervals;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A set of values of one field, as sorted spans that do not touch. */
record SpanSet(List<Span> spans) {

  static SpanSet of(Intervals intervals) {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < intervals.count(); i++) {
      spans.add(
          new Span(
              new Bits128(intervals.firstHigh(i), intervals.firstLow(i)),
              new Bits128(intervals.lastHigh(i), intervals.lastLow(i))));
    }
    return new SpanSet(joined(spans));
  }

  /** All that any element of a concatenation has in one field. */
  static SpanSet of(Boxes.Column column) {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < column.count(); i++) {
      spans.add(
          new Span(
              new Bits128(column.firstHigh(i), column.firstLow(i)),
              new Bits128(column.lastHigh(i), column.lastLow(i))));
    }
    spans.sort(Comparator.comparing(Span::first));
    return new SpanSet(joined(spans));
  }

  private static List<Span> joined(List<Span> sorted) {
    List<Span> joined = new ArrayList<>();
    for (Span span : sorted) {
      Span last = joined.isEmpty() ? null : joined.getLast();
      boolean touches =
          last != null
              && (span.first().compareTo(last.last()) <= 0
                  || span.first().equals(last.last().plusOne()));
      if (touches) {
        Bits128 end = last.last().compareTo(span.last()) >= 0 ? last.last() : span.last();
        joined.set(joined.size() - 1, new Span(last.first(), end));
      } else {
        joined.add(span);
      }
    }
    return joined;
  }

  boolean isEmpty() {
    return spans.isEmpty();
  }

  /** What is not in this set, of a field of {@code bits}. */
  SpanSet complement(int bits) {
    return new SpanSet(List.of(new Span(Bits128.ZERO, Bits128.ones(bits)))).minus(this);
  }

  SpanSet intersection(SpanSet other) {
    List<Span> result = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < spans.size() && j < other.spans.size()) {
      Span a = spans.get(i);
      Span b = other.spans.get(j);
      Bits128 first = a.first().compareTo(b.first()) >= 0 ? a.first() : b.first();
      Bits128 last = a.last().compareTo(b.last()) <= 0 ? a.last() : b.last();
      if (first.compareTo(last) <= 0) {
        result.add(new Span(first, last));
      }
      if (a.last().compareTo(b.last()) < 0) {
        i++;
      } else {
        j++;
      }
    }
    return new SpanSet(result);
  }

  SpanSet minus(SpanSet other) {
    List<Span> result = new ArrayList<>();
    int j = 0;
    for (Span span : spans) {
      Bits128 from = span.first();
      boolean left = true;
      while (j < other.spans.size() && other.spans.get(j).last().compareTo(from) < 0) {
        j++;
      }
      for (int k = j; k < other.spans.size() && left; k++) {
        Span hole = other.spans.get(k);
        if (hole.first().compareTo(span.last()) > 0) {
          break;
        }
        if (hole.first().compareTo(from) > 0) {
          result.add(new Span(from, hole.first().minusOne()));
        }
        left = hole.last().compareTo(span.last()) < 0;
        from = left ? hole.last().plusOne() : from;
      }
      if (left) {
        result.add(new Span(from, span.last()));
      }
    }
    return new SpanSet(result);
  }

  boolean isWithin(SpanSet other) {
    int j = 0;
    for (Span span : spans) {
      while (j < other.spans.size() && other.spans.get(j).last().compareTo(span.first()) < 0) {
        j++;
      }
      if (j == other.spans.size()
          || other.spans.get(j).first().compareTo(span.first()) > 0
          || other.spans.get(j).last().compareTo(span.last()) < 0) {
        return false;
      }
    }
    return true;
  }
}
