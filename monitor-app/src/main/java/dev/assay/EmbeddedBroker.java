package dev.assay;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker in this process: one KRaft node that is controller and broker, with the features
 * of a production cluster (transactions, share groups and their dead letters, the streams
 * protocol). It listens on the loopback interface only.
 *
 * <p>The data folder survives restarts: opened again, it goes on with what it holds.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE = 1;

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts a broker on a free port.
   *
   * @param data made, and formatted, where it is missing or empty
   */
  public static EmbeddedBroker start(Path data) throws IOException {
    return start(data, 0, Map.of());
  }

  /**
   * Starts a broker.
   *
   * @param data made, and formatted, where it is missing or empty
   * @param port 0: any free one
   * @param settings broker settings that win over the defaults here
   * @throws IOException if the folder cannot be written or holds something else
   */
  public static EmbeddedBroker start(Path data, int port, Map<String, String> settings)
      throws IOException {
    var log = Files.createDirectories(data).toAbsolutePath().resolve("kafka");
    int brokerPort = port == 0 ? freePort() : port;
    var config = config(log, brokerPort, freePort());
    config.putAll(settings);
    if (!Files.exists(log.resolve("meta.properties"))) {
      format(log);
    }
    var server = new KafkaRaftServer(KafkaConfig.fromProps(config, false), Time.SYSTEM);
    server.startup();
    return new EmbeddedBroker(server, "127.0.0.1:" + brokerPort);
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Path log) throws IOException {
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE)
          .setControllerListenerName("CONTROLLER")
          .addDirectory(log.toString())
          .setMetadataLogDirectory(log.toString())
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + log + ": " + e.getMessage(), e);
    }
  }

  private static Properties config(Path log, int brokerPort, int controllerPort) {
    var config = new Properties();
    config.put("node.id", Integer.toString(NODE));
    config.put("process.roles", "broker,controller");
    config.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    config.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(brokerPort, controllerPort));
    config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + brokerPort);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("log.dirs", log.toString());
    config.put("metadata.log.dir", log.toString());
    config.put("auto.create.topics.enable", "false");
    config.put("message.max.bytes", Integer.toString(dev.assay.wire.Topics.MAX_RECORD_BYTES));

    // One node: every internal topic has one replica, and one partition unless it carries load.
    for (var topic : new String[] {"offsets.topic", "transaction.state.log"}) {
      config.put(topic + ".replication.factor", "1");
      config.put(topic + ".num.partitions", "4");
    }
    config.put("transaction.state.log.min.isr", "1");
    config.put("share.coordinator.state.topic.replication.factor", "1");
    config.put("share.coordinator.state.topic.min.isr", "1");
    config.put("share.coordinator.state.topic.num.partitions", "4");

    // A group of one machine need not wait for members that are still coming.
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("group.streams.initial.rebalance.delay.ms", "0");
    for (var group : new String[] {"share", "streams"}) {
      config.put("group." + group + ".min.heartbeat.interval.ms", "200");
      config.put("group." + group + ".heartbeat.interval.ms", "500");
      config.put("group." + group + ".assignment.interval.ms", "0");
    }

    // The worker lane is many share consumers with long calls: see its class.
    config.put("group.share.max.size", "1000");
    config.put("group.share.max.partition.max.record.locks", "10000");
    config.put("group.share.max.delivery.count.limit", "10");
    return config;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
