package dev.assay.api;

import java.util.List;

/**
 * What every page has around its content.
 *
 * @param nav which of the navigation's entries is this page: {@code overview}, {@code scorers},
 *     {@code traces}, or none
 * @param notReady names of the parts that are not ready
 */
record Shell(Assets assets, String title, String nav, List<String> notReady) {}
