package dev.assay.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.Score;
import dev.assay.redaction.PiiScan;
import dev.assay.redaction.PiiType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PiiDetectionScorerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "EMAIL|Write to jane.doe+news@mail.example.co.uk, please.|",
        "EMAIL|<mailto:o'brien@example.com>|",
        "EMAIL|user_1@sub-domain.example.museum.|",
        "EMAIL|contact=jürgen@münchen.de|",
        "EMAIL|ADMIN@EXAMPLE.ORG|",
        "PHONE|Call +1 415 555 0132 today|",
        "PHONE|+14155550132|",
        "PHONE|+44 (0)20 7946 0958|",
        "PHONE|+49-30-1234567.|",
        "PHONE|(415) 555-0132|",
        "PHONE|(415)555-0132|",
        "PHONE|415-555-0132|",
        "PHONE|415.555.0132|",
        "PHONE|415 555 0132|",
        "PHONE|555-123-4567|",
        "PHONE|1-800-555-0199|",
        "PHONE|ring 020 7946 0958 24 hours|",
        "PHONE|0171 1234567|",
        "PHONE|06 12 34 56 78|",
        "PHONE|01.23.45.67.89|",
        "PHONE|0044 20 7946 0958|",
        "PHONE|my phone: 4155550132|",
        "PHONE|tel 0161-496-0000|",
        "PHONE|call me at 07700900123|",
        "CARD|4111 1111 1111 1111|",
        "CARD|card 4111-1111-1111-1111, thanks|",
        "CARD|5500005555555559|",
        "CARD|2223003122003222|",
        "CARD|3782 822463 10005|",
        "CARD|378282246310005|",
        "CARD|6011111111111117.|",
        "CARD|30569309025904|",
        "CARD|3530111333300000|",
        "CARD|4111 1111 1111 1111 12/27|",
        "CARD|order 12 4111 1111 1111 1111|",
        "IBAN|DE89 3704 0044 0532 0130 00|",
        "IBAN|DE89370400440532013000|",
        "IBAN|iban: GB82 WEST 1234 5698 7654 32.|",
        "IBAN|fr14 2004 1010 0505 0001 3m02 606|",
        "IBAN|NO9386011117947|",
        "SSN|123-45-6789|",
        "SSN|My SSN is 123 45 6789.|",
        "SSN|social security number 123456789|",
        "SECRET|AKIAIOSFODNN7EXAMPLE|",
        "SECRET|ghp_16C7e42F292c6912E7710c838347Ae178B4a|",
        "SECRET|sk-proj-abcDEF123456ghiJKL789012|",
        "SECRET|sk-ant-api03-AbCd1234EfGh5678IjKl|",
        "SECRET|xoxb-123456789012-abcdefGHIJKL|",
        "SECRET|AIzaSyA1234567890abcdefghijklmnopqrstuv|",
        "SECRET|sk_live_4eC39HqLyjWDarjtT1zdp7dc|",
        "SECRET|eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P|",
        "SECRET|Authorization: Bearer 9f86d081884c7d659a2feaa0c55ad015|",
        "SECRET|api_key = \"550e8400-e29b-41d4-a716-446655440000\"|",
        "SECRET|export SECRET_KEY=x; client_secret=a1b2c3d4e5f6a7b8|",
        "SECRET|-----BEGIN RSA PRIVATE KEY----- MIIEow -----END RSA PRIVATE KEY-----|",
        "SECRET|-----BEGIN PRIVATE KEY----- MIIEow|",
      })
  void finds(PiiType type, String text) {
    assertThat(PiiScan.count(text, EnumSet.allOf(PiiType.class)))
        .as(text)
        .isEqualTo(Map.of(type, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // orders, tickets, invoices, tracking numbers
        "Order 112-9465823-1234567 has shipped",
        "ORD-4111111111111111",
        "ticket #1234567890",
        "INV-2024-001234 and PO 4500123456",
        "order number 0456-1234-567",
        "1Z999AA10123456784",
        "SKU 123-45-678",
        "reference 9876543210",
        "part 100-200-3000",
        // versions, addresses of machines, identifiers
        "version 1.2.3.4 and v10.0.19045.3803",
        "jackson 2.23.0, kafka 4.4.0-rc1",
        "192.168.100.200 and 10.0.0.1:8080",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "550e8400-e29b-41d4-a716-446655440000",
        "12345678-1234-1234-1234-123456789012",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "0x4111111111111111",
        // dates, times, quantities
        "2024-11-24T10:30:00Z",
        "2024-11-24 10:30:00.123456",
        "20241124103000",
        "24-11-2024 to 31-12-2024",
        "05 06 2024 at 09 30",
        "1767225600 and 1767225600000",
        "1,234,567,890.12 EUR or $4,111.11",
        "1 234 567 890 people",
        "3.14159265358979",
        "37.7749, -122.4194",
        "ISBN 978-3-16-148410-0",
        "EAN 4006381333931",
        "+100% and +12345678 points",
        "call 1234567 times",
        "pages 100-200, 300-400",
        // numbers of the right shape whose checksum or issuer is wrong
        "4111 1111 1111 1112",
        "1234 5678 9012 3456",
        "9999999999999995",
        "4111-1111 1111-1111",
        "41111111111111111",
        "DE89 3704 0044 0532 0130 01",
        "GB82 WEST 1234 5698 7654 3",
        "XX82 WEST 1234 5698 7654 32",
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "123-00-4567",
        "123-45-0000",
        "078-05-1120",
        "123456789",
        "phone number is 123",
        // at signs, dots and long words
        "user@localhost and @mention",
        "npm i left-pad@1.3.0 @types/node@20.11.5",
        "icon@2x.png",
        "git@github.com:openzipkin/zipkin.git",
        "a@b and x@.com and @@@",
        "3 apples @ 2.50 each",
        "sk-learn and task-force-2024-planning-document",
        "the token: see-section-4-of-the-manual-for-it",
        "secret: correct-horse-battery-staple",
        "bearer of good news 2024",
        "eyJ is how a JWT begins",
        "-----BEGIN CERTIFICATE----- MIIB -----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY----- MIIB",
        "AKIA is the prefix, AKIAshort",
        "api_key = YOUR_API_KEY_GOES_HERE",
        "",
      })
  void passesOver(String text) {
    assertThat(PiiScan.count(text, EnumSet.allOf(PiiType.class))).as(text).isEmpty();
  }

  @Test
  void countsByTypeAndNeverRepeatsWhatItFound() {
    var answer =
        "Mail jane@example.com or joe@example.org, pay 4111 1111 1111 1111, call +1 415 555 0132.";
    var feedback = Scored.ofAnswer("pii_detection", Map.of(), answer);
    assertThat(feedback.score()).isEqualTo(new Score.Bool(false));
    assertThat(feedback.rationale())
        .isEqualTo("the answer has 2 e-mail addresses, 1 phone number, 1 card number");
  }

  @Test
  void onlyTheChosenTypesCount() {
    var text = "jane@example.com 4111 1111 1111 1111";
    assertThat(Scored.passes("pii_detection", Map.of("types", List.of("iban")), text)).isTrue();
    assertThat(Scored.passes("pii_detection", Map.of("types", List.of("card")), text)).isFalse();
  }

  @Test
  void digitsWithinAnIbanOrACardAreNotAPhoneAsWell() {
    assertThat(
            PiiScan.count(
                "call DE89 3704 0044 0532 0130 00 or tel 4111111111111111",
                EnumSet.of(PiiType.PHONE, PiiType.SSN)))
        .isEmpty();
  }

  @Test
  void redactionLeavesTheRest() {
    assertThat(PiiScan.redact("a jane@example.com b 123-45-6789 c"))
        .isEqualTo("a [email] b [ssn] c");
    assertThat(PiiScan.redact("nothing here")).isEqualTo("nothing here");
  }

  @Test
  void anExcerptIsCutAfterItIsRedacted() {
    var text = "x".repeat(70) + " jane.doe@example.com and more";
    assertThat(Excerpt.of(text, 78)).isEqualTo("x".repeat(70) + " [email]…");
    assertThat(Excerpt.of("a\u202eb\nc\u0007d", 10)).isEqualTo("a b c d");
    assertThat(Excerpt.of("\ud83d\ude00\ud83d\ude00", 3)).isEqualTo("\ud83d\ude00…");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eyJ-",
        "eyJa.",
        "token=1",
        "sk-",
        "+1 ",
        "1 ",
        "4111 ",
        "a@",
        "@",
        "(415",
        "-----BEGIN ",
        "DE89 ",
        "a.",
        "0",
        "call 1234567890",
        "bearer ",
        "AKIA",
        "xoxb-1-",
        "SG."
      })
  void timeIsLinearInTheText(String unit) {
    var text = unit.repeat(4_000_000 / unit.length());
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        java.time.Duration.ofSeconds(60),
        () -> {
          PiiScan.count(text, EnumSet.allOf(PiiType.class));
        });
  }

  @Test
  void unknownTypesAreRefused() {
    assertThatThrownBy(
            () -> Scored.scorer("pii_detection", Map.of("types", List.of("email", "passport"))))
        .hasMessage(
            "parameters.types[1]: was 'passport'; allowed: email, phone, card, iban, ssn, secret,"
                + " random");
    assertThatThrownBy(
            () -> Scored.scorer("pii_detection", Map.of("types", List.of("email", "email"))))
        .hasMessageContaining("parameters.types[1]: was 'email'");
  }
}
