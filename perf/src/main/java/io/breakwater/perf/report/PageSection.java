package io.breakwater.perf.report;

/**
 * One heading of the page and what stands under it.
 *
 * @param title plain text
 * @param body well-formed XHTML: tables, paragraphs, {@link SvgPlot} elements
 */
public record PageSection(String title, String body) {}
