package io.breakwater.perf.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * What one study found, as a table for the terminal and as sections of the page. A record: its
 * components are the JSON.
 */
public interface ReportPart {

  void print(PrintWriter out);

  List<PageSection> sections();

  /**
   * Writes what neither the table nor the page holds, such as histograms, into a folder that is
   * there; nothing, if there is no such thing.
   */
  default void keep(Path folder) throws IOException {}
}
