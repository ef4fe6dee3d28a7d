package dev.assay.model;

/**
 * One message of a model call.
 *
 * @param role system, user, assistant or tool
 * @param content plain text
 */
public record Message(String role, String content) {}
