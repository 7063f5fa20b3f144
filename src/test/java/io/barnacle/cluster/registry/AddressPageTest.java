package io.barnacle.cluster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class AddressPageTest {

  private static final List<RegistrationInfo> TWO_AND_A_LOCAL_ONE = List.of(
      new RegistrationInfo("n1", 1, false), new RegistrationInfo("n1", 2, false), new RegistrationInfo("n2", 1, false),
      new RegistrationInfo("n2", 2, true));

  @Test
  void saysWhoConsumesEach() {
    JsonObject page = new AddressPage(null, 5).offer(Set.of("x")).toJson(address -> TWO_AND_A_LOCAL_ONE);
    assertEquals(new JsonObject("{\"addresses\": [{\"address\": \"x\", \"nodes\": {\"n1\": 2, \"n2\": 1}, \"local\": 1}]}"), page);
  }

  /** Pages put together are everything, once and in order, whichever cards an address is on. */
  @Property(tries = 300)
  void pagesPutTogetherAreEverything(
      @ForAll @Size(max = 4) List<@Size(max = 20) List<@StringLength(max = 2) String>> cards,
      @ForAll @IntRange(min = 1, max = 6) int limit) {
    List<String> paged = new ArrayList<>();
    JsonObject page;
    String after = null;
    do {
      AddressPage next = new AddressPage(after, limit);
      cards.forEach(next::offer);
      page = next.toJson(address -> List.of());
      assertTrue(page.getJsonArray("addresses").size() <= limit);
      paged.addAll(addresses(page));
      after = page.getString("next");
    } while (after != null);
    assertEquals(List.copyOf(new TreeSet<>(cards.stream().flatMap(List::stream).toList())), paged);
  }

  @Test
  void longAddressesMakeItEndSooner() {
    Set<String> hundred = IntStream.range(100, 200).mapToObj(i -> i + "x".repeat(100_000)).collect(Collectors.toSet());
    JsonObject page = new AddressPage(null, 100).offer(hundred).toJson(address -> List.of());
    assertEquals(5, page.getJsonArray("addresses").size());
    assertEquals(addresses(page).get(4), page.getString("next"));
    String huge = "x".repeat(5_000_000);
    assertEquals(List.of(huge), addresses(new AddressPage(null, 100).offer(Set.of(huge)).toJson(address -> List.of())));
  }

  @Test
  void keepsNoMoreThanItHas() {
    AddressPage page = new AddressPage("5", 3);
    page.offer(() -> Stream.iterate(0, i -> i + 1).limit(1_000_000).map(String::valueOf).iterator());
    JsonObject json = page.toJson(address -> List.of());
    assertEquals(List.of("50", "500", "5000"), addresses(json));
    assertFalse(json.getString("next").isEmpty());
  }

  private static List<String> addresses(JsonObject page) {
    return page.getJsonArray("addresses").stream().map(each -> ((JsonObject) each).getString("address")).toList();
  }
}
