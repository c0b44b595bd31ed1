package io.breakwater.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * A tenant that is not the same object in two configurations. Whoever keeps what it made of one
 * configuration has to look at these only for the next one.
 *
 * @param before null if it is new
 * @param after null if it is gone
 */
public record TenantChange(String name, Tenant before, Tenant after) {

  /**
   * All of them by name. Cost: one pass over both maps, which compares objects and does not look
   * into those that are the same.
   *
   * @param before in the order of names
   * @param after in the order of names
   */
  public static List<TenantChange> between(
      SortedMap<String, Tenant> before, SortedMap<String, Tenant> after) {
    List<TenantChange> changes = new ArrayList<>();
    Iterator<Map.Entry<String, Tenant>> olds = before.entrySet().iterator();
    Iterator<Map.Entry<String, Tenant>> news = after.entrySet().iterator();
    Map.Entry<String, Tenant> old = next(olds);
    Map.Entry<String, Tenant> added = next(news);
    while (old != null || added != null) {
      int order = order(old, added);
      Tenant was = order <= 0 ? old.getValue() : null;
      Tenant is = order >= 0 ? added.getValue() : null;
      if (was != is) {
        changes.add(new TenantChange((was != null ? old : added).getKey(), was, is));
      }
      old = order <= 0 ? next(olds) : old;
      added = order >= 0 ? next(news) : added;
    }
    return changes;
  }

  private static <T> T next(Iterator<T> iterator) {
    return iterator.hasNext() ? iterator.next() : null;
  }

  private static int order(Map.Entry<String, Tenant> old, Map.Entry<String, Tenant> added) {
    if (old == null || added == null) {
      return old == null ? 1 : -1;
    }
    return old.getKey().compareTo(added.getKey());
  }

  /** Whether it is there before and after, and has the same in this part of it. */
  public boolean keeps(Function<Tenant, ?> part) {
    return before != null && after != null && part.apply(before).equals(part.apply(after));
  }
}
