package io.barnacle.cli;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.node.NodeOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A node, until it is told to end. */
@Command(
    name = "barnacle",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a node, which joins the cluster of those that it finds and prints every change of who is in it. Ctrl-C or"
          + " SIGTERM makes it leave.",
      "",
      "The configuration is conf/barnacle.json (or the file that --config, system property barnacle.config or environment"
          + " variable BARNACLE_CONFIG name), with environment variables BARNACLE_* over it, and these options over those:"
    })
final class RunCommand implements Callable<Integer> {

  @Option(names = {"-c", "--config"}, paramLabel = "FILE", description = "The configuration file.")
  private String config;

  @Option(names = {"-n", "--name"}, paramLabel = "NAME", description = "The name of this node, before the @.")
  private String name;

  @Option(names = "--host", paramLabel = "HOST", description = "The address to listen on and to advertise.")
  private String host;

  @Option(names = {"-p", "--port"}, paramLabel = "PORT", description = "The port for members; 0 is any free one.")
  private Integer port;

  @Option(names = "--cluster", paramLabel = "NAME", description = "The name that all nodes of the cluster share.")
  private String cluster;

  @Option(names = {"-v", "--verbose"}, description = "Log more, and stacks of failures.")
  private boolean verbose;

  @Override
  public Integer call() throws Exception {
    Logging.setUp(verbose);
    if (config != null) {
      System.setProperty("barnacle.config", config);
    }
    BarnacleOptions options = options();
    MembershipLines lines = new MembershipLines(System.out::println);
    RunningNode.start(options.setListener(lines::onEvent), lines::leaving, lines::left)
        .onStarted(lines::up);
    return 0;
  }

  private BarnacleOptions options() throws Exception {
    Vertx reader = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    BarnacleOptions options;
    try {
      options = RunningNode.await(Barnacle.configuration(reader));
    } finally {
      reader.close(); // nobody has to wait for it
    }
    NodeOptions node = new NodeOptions(options.getNode());
    if (name != null) {
      node.setName(name);
    }
    if (host != null) {
      node.setHost(host);
    }
    if (port != null) {
      node.setPort(port);
    }
    if (cluster != null) {
      options.setCluster(new ClusterOptions(options.getCluster()).setName(cluster));
    }
    return options.setNode(node);
  }
}
