package io.barnacle.netns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What is done to five nodes, and what is measured. Every scenario but the starts is given a cluster in which everything is
 * right. While the fault lasts, applications on both sides register and unregister consumers.
 */
enum Scenario {

  START_AT_ONCE("5 started at once") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      long since = System.nanoTime();
      chaos.cluster().start();
      chaos.right("all right", since, null);
    }
  },

  START_STAGGERED("5 started 1 s apart") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      long since = 0;
      for (int node : chaos.cluster().all()) {
        if (node > 1) {
          chaos.pass(1_000);
        }
        since = System.nanoTime();
        chaos.cluster().launch(node);
      }
      for (int node : chaos.cluster().all()) {
        chaos.cluster().awaitReady(node);
      }
      chaos.right("all right after the last start", since, null);
    }
  },

  /** What is measured is one node that joins a running cluster. */
  START_ONE_BY_ONE("5 started one after the other") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      long since = 0;
      for (int node : chaos.cluster().all()) {
        since = System.nanoTime();
        chaos.cluster().launch(node);
        if (node < chaos.cluster().all().size()) {
          chaos.cluster().awaitReady(node);
          chaos.pass(2_000);
        }
      }
      chaos.cluster().awaitReady(chaos.cluster().all().size());
      chaos.right("all right after the last start", since, null);
    }
  },

  SPLIT_3_2("3|2 split, detected, healed") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      List<Integer> order = chaos.cluster().youngestFirst();
      split(chaos, List.of(order.subList(2, 5), order.subList(0, 2)), SPLIT_HEALED);
    }
  },

  SPLIT_2_3("2|3 split, the oldest among the two") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      List<Integer> order = chaos.cluster().youngestFirst();
      split(chaos, List.of(order.subList(0, 3), order.subList(3, 5)), SPLIT_HEALED);
    }
  },

  SPLIT_2_2_1("2|2|1 split, detected, healed") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      List<Integer> order = chaos.cluster().youngestFirst();
      split(chaos, List.of(order.subList(3, 5), order.subList(1, 3), order.subList(0, 1)), TWO);
    }
  },

  CUT_30S("3|2 cut of 30 s") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      cut(chaos, 30_000);
    }
  },

  CUT_30S_RETRIES2("3|2 cut of 30 s, tcp_retries2=5") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      retries2(chaos, "5");
      try {
        cut(chaos, 30_000);
      } finally {
        retries2(chaos, "15");
      }
    }
  },

  HANG("SIGSTOP, SIGCONT") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      hang(chaos, chaos.cluster().youngestFirst().get(0));
    }
  },

  HANG_OLDEST("SIGSTOP, SIGCONT of the oldest") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      hang(chaos, chaos.cluster().youngestFirst().get(4));
    }
  },

  ONE_WAY("one-way loss, 30 s") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      int mute = chaos.cluster().youngestFirst().get(0);
      List<Integer> others = chaos.cluster().allBut(List.of(mute));
      String dies = chaos.cluster().serve("dies", chaos.cluster().all());
      chaos.ready();
      long since = System.nanoTime();
      chaos.cluster().lab().cutOneWay(mute, others);
      chaos.turn(dies, List.of(mute, others.get(0)));
      chaos.members("the others notice", List.of(others), since, SIX, Duration.ofSeconds(30));
      chaos.members("it notices", List.of(List.of(mute)), since, SIX, Duration.ofSeconds(30));
      chaos.passUntil(since, 30_000);
      chaos.heal(TWO);
    }
  },

  KILL("kill -9, process back") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      kill(chaos, chaos.cluster().youngestFirst().subList(0, 1), Duration.ofMillis(700));
    }
  },

  KILL_OLDEST("kill -9 of the oldest, process back") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      kill(chaos, chaos.cluster().youngestFirst().subList(4, 5), Duration.ofMillis(700));
    }
  },

  KILL_TWO("two killed at once, processes back") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      kill(chaos, chaos.cluster().youngestFirst().subList(1, 3), Duration.ofSeconds(1));
    }
  },

  FLAP_8S("five cuts of 8 s") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      flap(chaos, 5, 8_000, SPLIT_HEALED);
    }
  },

  FLAP_13S("six cuts of 13 s") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      flap(chaos, 6, 13_000, TWO);
    }
  },

  SILENT_LINK("one link silent for 40 s") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      silentLink(chaos);
    }
  },

  ENGINE_SHUTDOWN("engine shut down under Vert.x") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      shoot(chaos, "shutdown");
    }
  },

  ENGINE_TERMINATED("engine terminated under Vert.x") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      shoot(chaos, "terminate");
    }
  },

  ENGINE_MERGE_FAILED("a merge fails under Vert.x") {
    @Override
    void run(Chaos chaos) throws InterruptedException {
      shoot(chaos, "merge");
    }
  };

  private static final Duration SPLIT_HEALED = Duration.ofMillis(1_500);
  private static final Duration TWO = Duration.ofSeconds(2);
  private static final Duration FOUR = Duration.ofSeconds(4);
  /** Three seconds of silence, a second for the next look, and one for those that are left to agree. */
  private static final Duration DETECTED = Duration.ofSeconds(5);
  private static final Duration SIX = Duration.ofSeconds(6);

  private final String label;

  Scenario(String label) {
    this.label = label;
  }

  /** Its name for people. */
  String label() {
    return label;
  }

  /** Whether it starts the nodes itself. */
  boolean startsNodes() {
    return this == START_AT_ONCE || this == START_STAGGERED || this == START_ONE_BY_ONE;
  }

  /** Does it and adds what it measures. */
  abstract void run(Chaos chaos) throws InterruptedException;

  private static void split(Chaos chaos, List<List<Integer>> sides, Duration limit) throws InterruptedException {
    String dies = chaos.cluster().serve("dies", chaos.cluster().all());
    chaos.ready();
    long since = System.nanoTime();
    chaos.cut(sides);
    chaos.pass(1_000);
    chaos.turn(dies, sides.stream().map(side -> side.get(0)).toList());
    chaos.members("detected", sides, since, DETECTED, chaos.patience());
    String later = chaos.cluster().serve("late", sides.stream().map(side -> side.get(0)).toList());
    chaos.pass(2_000);
    chaos.turn(later, List.of(sides.get(1).get(0)));
    chaos.heal(limit);
  }

  private static void cut(Chaos chaos, long millis) throws InterruptedException {
    List<Integer> order = chaos.cluster().youngestFirst();
    List<List<Integer>> sides = List.of(order.subList(2, 5), order.subList(0, 2));
    String dies = chaos.cluster().serve("dies", chaos.cluster().all());
    chaos.ready();
    long since = System.nanoTime();
    chaos.cut(sides);
    chaos.pass(2_000);
    chaos.turn(dies, sides.stream().map(side -> side.get(0)).toList());
    chaos.passUntil(since, millis);
    chaos.heal(TWO);
  }

  private static void retries2(Chaos chaos, String value) {
    chaos.cluster().all().forEach(node -> chaos.cluster().lab().sysctl(node, "net.ipv4.tcp_retries2", value));
  }

  private static void hang(Chaos chaos, int node) throws InterruptedException {
    List<Integer> others = chaos.cluster().allBut(List.of(node));
    String dies = chaos.cluster().serve("dies", chaos.cluster().all());
    chaos.ready();
    long since = System.nanoTime();
    chaos.cluster().stop(node);
    chaos.turn(dies, others.subList(0, 2));
    chaos.members("hang detected", List.of(others), since, FOUR, chaos.patience());
    chaos.pass(2_000);
    chaos.turn(dies, List.of(node)); // It does it when it runs again.
    since = System.nanoTime();
    chaos.cluster().cont(node);
    chaos.right("all right after SIGCONT", since, TWO);
  }

  private static void kill(Chaos chaos, List<Integer> victims, Duration limit) throws InterruptedException {
    chaos.cluster().serve("kept", chaos.cluster().all());
    chaos.ready();
    List<Integer> others = chaos.cluster().allBut(victims);
    long since = System.nanoTime();
    for (int victim : victims) {
      chaos.cluster().kill(victim);
    }
    chaos.cluster().serve("born", others.subList(0, 2));
    chaos.right("all right among the living", since, limit);
    since = System.nanoTime();
    victims.forEach(chaos.cluster()::launch);
    for (int victim : victims) {
      chaos.cluster().awaitReady(victim);
    }
    chaos.right("all right with the process back", since, null);
  }

  private static void flap(Chaos chaos, int times, long millis, Duration limit) throws InterruptedException {
    List<Integer> order = chaos.cluster().youngestFirst();
    List<List<Integer>> sides = List.of(order.subList(2, 5), order.subList(0, 2));
    List<String> dies = new ArrayList<>();
    for (int time = 0; time < times; time++) {
      dies.add(chaos.cluster().serve("dies", chaos.cluster().all()));
    }
    chaos.ready();
    for (int time = 0; time < times; time++) {
      long since = System.nanoTime();
      chaos.cut(sides);
      chaos.passUntil(since, millis / 2);
      chaos.turn(dies.get(time), List.of(sides.get(0).get(time % 3), sides.get(1).get(time % 2)));
      chaos.passUntil(since, millis);
      if (time < times - 1) {
        since = System.nanoTime();
        chaos.cluster().lab().heal();
        chaos.passUntil(since, millis);
      }
    }
    chaos.heal(limit);
  }

  /** Two members that do not hear each other, and three that hear both. */
  private static void silentLink(Chaos chaos) throws InterruptedException {
    List<Integer> order = chaos.cluster().youngestFirst();
    List<Integer> ends = List.of(order.get(1), order.get(3));
    List<Integer> bystanders = chaos.cluster().allBut(ends);
    Set<String> undisturbed = new HashSet<>();
    bystanders.forEach(node -> undisturbed.add(chaos.cluster().id(node)));
    String dies = chaos.cluster().serve("dies", chaos.cluster().all());
    chaos.ready();
    long since = System.nanoTime();
    chaos.cluster().journal().mark(since);
    chaos.cut(List.of(ends.subList(0, 1), ends.subList(1, 2)));
    chaos.pass(2_000);
    chaos.turn(dies, ends);
    chaos.passUntil(since, TimeUnit.SECONDS.toMillis(40));
    Journal journal = chaos.cluster().journal();
    List<Journal.ViewChange> changes = journal.changes();
    long last = changes.stream().mapToLong(Journal.ViewChange::at).max().orElse(since);
    Set<Set<String>> views = new HashSet<>();
    chaos.cluster().all().forEach(node -> {
      if (journal.view(bystanders.get(0)).contains(chaos.cluster().id(node))) {
        views.add(journal.view(node));
      }
    });
    long lost = changes.stream()
        .filter(change -> bystanders.contains(change.node()) && !change.members().containsAll(undisturbed)).count();
    long most = chaos.cluster().all().stream()
        .mapToLong(node -> changes.stream().filter(change -> change.node() == node).count()).max().orElse(0);
    List<String> addresses = bystanders.stream().map(NodeSetup::ownAddress).toList();
    long failed = journal.failures().stream()
        .filter(failure -> bystanders.contains(failure.node()) && addresses.contains(failure.address())).count();
    boolean good = views.size() == 1 && lost == 0 && failed == 0 && most <= 1;
    chaos.add(new Measure("agreed, nobody else disturbed, no flapping",
        good ? Duration.ofNanos(last - since) : null, null,
        views.size() + " different views, at most " + most + " changes of one, bystanders lost each other " + lost
            + " times, " + failed + " requests among them failed"));
    chaos.heal(TWO);
  }

  private static void shoot(Chaos chaos, String how) throws InterruptedException {
    int victim = chaos.cluster().youngestFirst().get(1);
    chaos.cluster().serve("kept", chaos.cluster().all());
    chaos.ready();
    long since = chaos.cluster().shoot(victim, how);
    chaos.right("all right, same node id", since, Duration.ofSeconds(3), Duration.ofSeconds(60));
  }
}
