package io.barnacle.netns;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Says again what somebody else once said to a port, and prints what it hears: the attacker of {@link CookieNetIT}. */
public final class Replay {

  private static final int SILENCE_MS = 5_000;
  /** What a side says in its greeting, and as the accepting side at the end. */
  private static final int GREETING = 36;
  private static final int PROOFS = 64;

  private Replay() {
  }

  /** Address, port, and files with what is to be said; each is said at once, and in its parts, each when the other side has said its own. */
  public static void main(String[] args) throws IOException {
    for (String file : Arrays.asList(args).subList(2, args.length)) {
      byte[] bytes = Files.readAllBytes(Path.of(file));
      InetSocketAddress target = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
      System.out.println("at once: " + say(target, bytes, bytes.length));
      System.out.println("in parts: " + say(target, bytes, GREETING, GREETING + PROOFS, bytes.length));
    }
    System.out.println("done");
  }

  private static String say(InetSocketAddress target, byte[] bytes, int... ends) throws IOException {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    String outcome;
    try (Socket socket = new Socket()) {
      socket.connect(target, SILENCE_MS);
      socket.setSoTimeout(SILENCE_MS);
      InputStream in = socket.getInputStream();
      int said = 0;
      for (int end : ends) {
        socket.getOutputStream().write(bytes, said, end - said);
        said = end;
        if (end < bytes.length) {
          heard.writeBytes(in.readNBytes(GREETING));
        }
      }
      for (int each = in.read(); each >= 0; each = in.read()) {
        heard.write(each);
      }
      outcome = "closed";
    } catch (SocketTimeoutException e) {
      outcome = "open";
    } catch (SocketException e) {
      outcome = "closed"; // by a reset, as there was more to be heard
    }
    return outcome + " " + heard.toString(StandardCharsets.ISO_8859_1).replaceAll("[^A-Z]", ".");
  }
}
