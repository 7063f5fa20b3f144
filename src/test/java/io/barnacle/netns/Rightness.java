package io.barnacle.netns;

import io.barnacle.netns.Expectation.Check;
import io.barnacle.netns.Expectation.Kind;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The judge: compares what the nodes report with what is right, and says since when all of it is. Right is, on every node:
 * the members are exactly the living; a request to every other node's own address answers; the registrations of every
 * address are those that the applications asked for; a publish reaches exactly the consumers that exist; requests to the
 * shared address do not fail any more. Requests and publishes have {@link NodeProbes#TIMEOUT_MS}; a look at members or
 * registrations that hangs longer than {@link #SILENT} is wrong until it ends.
 *
 * <p>Thread-safe. Times are {@link System#nanoTime()}, which the processes of a machine share.
 */
final class Rightness {

  private static final long TIMEOUT = TimeUnit.MILLISECONDS.toNanos(NodeProbes.TIMEOUT_MS);
  private static final long PUBLICATION_JUDGED = 3 * TIMEOUT / 2;
  private static final long SILENT = 2 * TIMEOUT;
  private static final Duration POLL = Duration.ofMillis(50);

  /**
   * What was found.
   *
   * @param took from the start until the last part became right for good; null if it did not in time
   * @param byNode the same for each node that is right
   * @param last the part that became right last, or all that is wrong
   */
  record Verdict(Duration took, Map<Integer, Duration> byNode, String last) {
    boolean isRight() {
      return took != null;
    }
  }

  private record Publication(int node, String address, String id) {
  }

  private static final class Reach {
    private Long sent;
    private long last;
    private boolean late;
    private final List<Truth.Consumer> consumers = new ArrayList<>();
  }

  private final Map<Check, Evidence> evidence = new HashMap<>();
  private final Map<Publication, Reach> publications = new HashMap<>();
  private Expectation expectation;
  private List<Check> checks = List.of();
  private long since;

  /**
   * Says what is right from now on; questions that were asked before {@code since} count no more.
   *
   * @param published the addresses that are published to
   */
  synchronized void expect(Expectation expected, List<String> published, long since) {
    this.expectation = expected;
    this.since = since;
    this.checks = expected.checks(published);
    evidence.clear();
    publications.clear();
    checks.forEach(check -> evidence.put(check, new Evidence()));
  }

  /**
   * Waits until everything is right and has been for a while.
   *
   * @param hold for how long it has to stay right, to be believed
   * @param patience how long to wait, counted from {@code since}
   */
  Verdict await(Duration hold, Duration patience) throws InterruptedException {
    while (true) {
      synchronized (this) {
        long now = System.nanoTime();
        judgePublications(now);
        Verdict verdict = verdict(now);
        boolean late = now - since > patience.toNanos() + hold.toNanos();
        boolean held = verdict.isRight() && now - since - verdict.took().toNanos() >= hold.toNanos();
        if (held || late) {
          return verdict;
        }
        wait(POLL.toMillis());
      }
    }
  }

  /** Takes a node's report. */
  synchronized void report(int node, JsonObject report) {
    if (expectation == null || !expectation.sides().containsKey(node)) {
      return;
    }
    switch (report.getString("e")) {
      case "members" -> add(node, Kind.MEMBERS, report, fault(report, () -> expectation.faultInMembers(node, ids(report))));
      case "ask" -> add(node, Kind.ANSWERS, report, report.getString("failure"));
      case "regs" -> add(node, Kind.REGISTRATIONS, report,
          fault(report, () -> expectation.faultInRegistrations(node, report.getString("a"), ids(report))));
      case "pub" -> reach(report).sent = report.getLong("sent");
      case "got" -> got(node, report);
      default -> { }
    }
  }

  private static String fault(JsonObject report, Supplier<String> look) {
    String failure = report.getString("failure");
    return failure != null ? failure : look.get();
  }

  private static List<String> ids(JsonObject report) {
    return report.getJsonArray("n").stream().map(String.class::cast).toList();
  }

  private void add(int node, Kind kind, JsonObject report, String fault) {
    add(new Check(node, kind, report.getString("a")), report.getLong("sent"), report.getLong("at"), fault);
  }

  private void add(Check check, long asked, long answered, String fault) {
    Evidence of = evidence.get(check);
    if (of != null && asked >= since) {
      of.add(asked, answered, fault);
    }
  }

  private Reach reach(JsonObject report) {
    String id = report.getString("p");
    int publisher = Integer.parseInt(id.substring(0, id.indexOf('/')));
    return publications.computeIfAbsent(new Publication(publisher, report.getString("a"), id), none -> new Reach());
  }

  private void got(int node, JsonObject report) {
    Reach reach = reach(report);
    reach.consumers.add(new Truth.Consumer(node, report.getString("c")));
    reach.last = report.getLong("at");
  }

  /** By now everything that a publication reached in time has been reported. */
  private void judgePublications(long now) {
    for (Iterator<Map.Entry<Publication, Reach>> all = publications.entrySet().iterator(); all.hasNext();) {
      Map.Entry<Publication, Reach> entry = all.next();
      Publication of = entry.getKey();
      Reach reach = entry.getValue();
      if (reach.sent == null) {
        if (now - reach.last > SILENT) {
          all.remove();
        }
      } else if (now - reach.sent > PUBLICATION_JUDGED) {
        all.remove();
        if (expectation.sides().containsKey(of.node())) {
          String fault = expectation.faultInPublish(of.node(), of.address(), reach.consumers);
          long answered = reach.consumers.isEmpty() ? reach.sent : reach.last;
          add(new Check(of.node(), Kind.PUBLISH, of.address()), reach.sent, answered,
              fault == null && answered - reach.sent > TIMEOUT ? "took too long" : fault);
        }
      }
    }
  }

  private Verdict verdict(long now) {
    Map<Integer, Duration> byNode = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    Duration slowest = Duration.ZERO;
    String last = "";
    for (Check check : checks) {
      Evidence of = evidence.get(check);
      OptionalLong right = of.rightSince();
      boolean silent = now - of.lastAsked().orElse(since) > SILENT;
      if (right.isEmpty() || silent) {
        wrong.add(check + ": " + (silent ? "no answer for " + SILENT / 1_000_000 + " ms" : of.lastWrong()));
        continue;
      }
      Duration took = Duration.ofNanos(right.getAsLong() - since);
      byNode.merge(check.node(), took, (one, other) -> one.compareTo(other) > 0 ? one : other);
      if (took.compareTo(slowest) >= 0) {
        slowest = took;
        last = check + ", before: " + of.lastWrong();
      }
    }
    return wrong.isEmpty() ? new Verdict(slowest, byNode, last) : new Verdict(null, byNode, String.join("; ", wrong));
  }
}
