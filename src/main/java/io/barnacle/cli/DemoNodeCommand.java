package io.barnacle.cli;

import io.barnacle.BarnacleOptions;
import io.barnacle.control.BarnacleStatus;
import io.barnacle.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * A node of the demo: prints one JSON object for each event, and leaves when standard input ends, which it does when the
 * process ends that started it.
 */
@Command(name = "demo-node", hidden = true, description = "A node of the demo.")
final class DemoNodeCommand implements Callable<Integer> {

  @Parameters(description = "The configuration, JSON.")
  private String config;

  @Override
  public Integer call() throws Exception {
    Logging.setUp(false);
    Thread watch = new Thread(DemoNodeCommand::endWithParent, "end with the parent");
    watch.setDaemon(true);
    watch.start();
    BarnacleOptions options = BarnacleOptions.fromJson(new JsonObject(config))
        .setListener(event -> System.out.println(event.toJson().encode()));
    RunningNode.start(options, () -> { }, cleanly -> { }).onStarted(DemoNodeCommand::up);
    watch.join();
    return 0;
  }

  private static void up(BarnacleStatus status) {
    JsonArray nodes = new JsonArray();
    status.nodes().stream().map(Node::toString).forEach(nodes::add);
    System.out.println(new JsonObject().put("type", "up").put("nodes", nodes).encode());
  }

  private static void endWithParent() {
    try {
      int read;
      do {
        read = System.in.read();
      } while (read >= 0);
    } catch (IOException e) {
      // as good as its end
    }
    System.exit(0);
  }
}
