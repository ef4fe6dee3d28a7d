package dev.assay.wire;

/** The two encodings OTLP has. */
public enum OtlpEncoding {
  PROTOBUF("application/x-protobuf"),
  JSON("application/json");

  private final String contentType;

  OtlpEncoding(String contentType) {
    this.contentType = contentType;
  }

  /** The HTTP content type, without parameters. */
  public String contentType() {
    return contentType;
  }

  /**
   * The encoding of a message that comes without a content type, as on a topic. A first byte <code>
   * &#123;</code> would be field 15 as a group in protobuf, which no OTLP message has.
   */
  public static OtlpEncoding sniff(byte[] message) {
    return message.length > 0 && message[0] == '{' ? JSON : PROTOBUF;
  }
}
