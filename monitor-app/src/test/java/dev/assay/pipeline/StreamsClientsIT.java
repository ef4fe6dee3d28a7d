package dev.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsClientsIT {
  @Test
  void aProducerThatHasAbortedBeginsNoOtherTransaction(@TempDir Path folder) throws Exception {
    try (var broker = EmbeddedBroker.start(folder);
        var producer =
            new StreamsClients()
                .getProducer(
                    Map.of(
                        "bootstrap.servers", broker.bootstrapServers(), "transactional.id", "t"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.commitTransaction();
      assertThatCode(producer::beginTransaction).doesNotThrowAnyException();

      producer.abortTransaction();

      assertThatThrownBy(producer::beginTransaction)
          .isInstanceOf(ProducerFencedException.class)
          .hasMessageContaining("every task of this thread begins again from its last commit");
    }
  }
}
