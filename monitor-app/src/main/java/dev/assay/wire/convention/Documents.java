package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.assay.model.Document;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Retrieved documents in whatever shape: a list of texts, of {@code {id, content, score}}, of
 * LangChain's {@code {page_content, metadata}}, of LlamaIndex's {@code {node: {text}, score}}, of
 * OpenInference's {@code {document: {…}}}, or an object that holds such a list.
 */
final class Documents {
  private static final int MAX_DOCUMENTS = 1_000;
  private static final JsonNode EMPTY = JsonNodeFactory.instance.arrayNode();
  private static final List<String> LISTS =
      List.of(
          "documents",
          "docs",
          "results",
          "matches",
          "hits",
          "nodes",
          "chunks",
          "contexts",
          "data",
          "output",
          "outputs");
  private static final List<String> IDS =
      List.of("id", "doc_id", "document_id", "doc_uri", "uri", "url", "source", "id_", "node_id");
  private static final List<String> TEXTS =
      List.of(
          "content",
          "page_content",
          "pageContent",
          "text",
          "document",
          "chunk",
          "passage",
          "snippet",
          "body");
  private static final List<String> SCORES =
      List.of("score", "relevance_score", "similarity", "similarity_score", "relevance");

  private Documents() {}

  /** The documents of a retriever's output; empty where it holds none. */
  static List<Document> read(@Nullable JsonNode node) {
    var documents = new ArrayList<Document>();
    var list = list(node);
    for (int i = 0; i < list.size() && documents.size() < MAX_DOCUMENTS; i++) {
      var document = document(list.get(i));
      if (document != null) {
        documents.add(document);
      }
    }
    return documents;
  }

  /** Of a list of texts, each with a score, which is what retrievers return; else empty. */
  static List<Document> scored(JsonNode node) {
    var documents = node.isArray() ? read(node) : List.<Document>of();
    boolean isEach =
        documents.size() == node.size()
            && documents.stream().allMatch(each -> each.score() != null && !each.text().isBlank());
    return isEach ? documents : List.of();
  }

  /** Whether it is a list, not empty, of LangChain's documents. */
  static boolean areLangChains(JsonNode node) {
    if (!node.isArray() || node.isEmpty()) {
      return false;
    }
    for (var item : node) {
      boolean hasText =
          item.path("pageContent").isTextual() || item.path("page_content").isTextual();
      if (!hasText || !item.path("metadata").isObject()) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode list(@Nullable JsonNode node) {
    if (node != null && node.isObject()) {
      for (var key : LISTS) {
        if (node.path(key).isArray()) {
          return node.get(key);
        }
      }
    }
    return node != null && node.isArray() ? node : EMPTY;
  }

  private static @Nullable Document document(JsonNode item) {
    if (item.isTextual()) {
      var tree =
          Content.looksLikeContainer(item.textValue()) ? Content.parse(item.textValue()) : null;
      var within = tree != null && tree.isObject() ? document(tree) : null;
      return within == null ? new Document(null, item.textValue(), null) : within;
    }
    var body = body(item);
    var text = text(body, TEXTS);
    var id = text(body, IDS);
    var metadata = metadata(body);
    if (id == null) {
      id = text(metadata, IDS);
    }
    if (text == null && id == null) {
      return null;
    }
    var score = score(item);
    if (score == null) {
      score = score(body);
    }
    if (score == null) {
      score = score(metadata);
    }
    return new Document(id, text == null ? "" : text, score);
  }

  /** An object, or JSON text of one. */
  private static JsonNode metadata(JsonNode body) {
    var metadata = body.path("metadata");
    var tree = metadata.isTextual() ? Content.parse(metadata.textValue()) : metadata;
    return tree == null ? EMPTY : tree;
  }

  /** What one telling of the documents lacks, from another telling of them. */
  static List<Document> both(List<Document> one, List<Document> other) {
    if (one.size() != other.size()) {
      return one;
    }
    var both = new ArrayList<Document>();
    for (int i = 0; i < one.size(); i++) {
      var document = one.get(i);
      var more = other.get(i);
      boolean isSame = document.text().equals(more.text());
      both.add(
          new Document(
              document.id() == null && isSame ? more.id() : document.id(),
              document.text(),
              document.score() == null && isSame ? more.score() : document.score()));
    }
    return both;
  }

  private static JsonNode body(JsonNode item) {
    for (var envelope : List.of("document", "node", "payload")) {
      if (item.path(envelope).isObject()) {
        return item.get(envelope);
      }
    }
    // LangChain's serialised constructor
    return item.path("kwargs").isObject() && item.has("lc") ? item.get("kwargs") : item;
  }

  private static @Nullable String text(JsonNode node, List<String> keys) {
    for (var key : keys) {
      var value = node.get(key);
      if (value != null) {
        var text = value.isNumber() ? value.asText() : Messages.plain(value, false, 0);
        if (text != null) {
          return text;
        }
      }
    }
    return null;
  }

  private static @Nullable Double score(JsonNode node) {
    for (var key : SCORES) {
      var score = Values.number(node.get(key));
      if (score != null) {
        return score;
      }
    }
    return null;
  }
}
