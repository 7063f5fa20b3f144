package io.barnacle.examples;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every node has a file with its name in it, and writes it anew at each discovery: an old file is that of a node that is
 * gone without having removed it. Asynchronous throughout, as the functions of a strategy run on an event loop.
 */
final class SharedDirectoryStrategy implements Strategy {

  private final FileSystem files;
  private final Path directory;
  private final Duration maxAge;
  private Node self;
  private String mine;

  SharedDirectoryStrategy(Vertx vertx, Path directory, Duration maxAge) {
    this.files = vertx.fileSystem();
    this.directory = directory;
    this.maxAge = maxAge;
  }

  @Override
  public Future<Void> start(LocalNode local) {
    self = local.node();
    mine = directory.resolve(self.port() + "." + ProcessHandle.current().pid() + ".node").toString();
    return files.mkdirs(directory.toString()).compose(v -> write());
  }

  @Override
  public Future<Set<Node>> discoverNodes() {
    return write()
        .compose(v -> files.readDir(directory.toString(), ".*\\.node"))
        .compose(this::readAll);
  }

  @Override
  public Future<Void> close() {
    return mine == null ? Future.succeededFuture() : files.delete(mine).otherwiseEmpty();
  }

  /** To a file of another name first: nobody reads half a name. */
  private Future<Void> write() {
    return files.writeFile(mine + ".tmp", Buffer.buffer(self.toString())).compose(v ->
        files.move(mine + ".tmp", mine, new io.vertx.core.file.CopyOptions().setReplaceExisting(true)));
  }

  private Future<Set<Node>> readAll(List<String> paths) {
    List<Future<Optional<Node>>> nodes = paths.stream().map(this::read).toList();
    return Future.all(nodes).map(all ->
        nodes.stream().flatMap(node -> node.result().stream()).collect(Collectors.toSet()));
  }

  private Future<Optional<Node>> read(String path) {
    long oldest = System.currentTimeMillis() - maxAge.toMillis();
    return files.props(path)
        .compose(props -> props.lastModifiedTime() < oldest
            ? Future.succeededFuture(Optional.<Node>empty())
            : files.readFile(path).map(text -> Optional.of(Node.parse(text.toString()))))
        .otherwise(Optional.empty()); // removed meanwhile
  }
}
