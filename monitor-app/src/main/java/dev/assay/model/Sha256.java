package dev.assay.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests, 32 bytes each, of bytes or of text in UTF-8. */
public final class Sha256 {
  // digest() leaves it as new
  private static final ThreadLocal<MessageDigest> DIGEST =
      ThreadLocal.withInitial(() -> {
        try {
          return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
          throw new IllegalStateException("every JRE has SHA-256", e);
        }
      });

  private Sha256() {}

  public static byte[] of(byte[] bytes) {
    return DIGEST.get().digest(bytes);
  }

  public static byte[] of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Lower-case hexadecimal digits.
   *
   * @param bytes of the digest, from its beginning, 1 to 32; two digits each
   */
  public static String hex(String text, int bytes) {
    return HexFormat.of().formatHex(of(text), 0, bytes);
  }
}
