package io.breakwater.perf.report;

import java.io.PrintWriter;
import java.util.List;

/**
 * What one study found, as a table for the terminal and as sections of the page. A record: its
 * components are the JSON.
 */
public interface ReportPart {

  void print(PrintWriter out);

  List<PageSection> sections();
}
