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
  private static final int HELLO = 36;

  private Replay() {
  }

  /** Address, port, and files with what is to be said; each is said at once, and as an answer to an answer. */
  public static void main(String[] args) throws IOException {
    for (String file : Arrays.asList(args).subList(2, args.length)) {
      byte[] bytes = Files.readAllBytes(Path.of(file));
      InetSocketAddress target = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
      System.out.println("heard " + say(target, bytes, bytes.length));
      System.out.println("heard " + say(target, bytes, HELLO));
    }
    System.out.println("done");
  }

  private static String say(InetSocketAddress target, byte[] bytes, int first) throws IOException {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    String end;
    try (Socket socket = new Socket()) {
      socket.connect(target, SILENCE_MS);
      socket.setSoTimeout(SILENCE_MS);
      socket.getOutputStream().write(bytes, 0, first);
      InputStream in = socket.getInputStream();
      if (first < bytes.length) {
        heard.writeBytes(in.readNBytes(HELLO));
        socket.getOutputStream().write(bytes, first, bytes.length - first);
      }
      for (int each = in.read(); each >= 0; each = in.read()) {
        heard.write(each);
      }
      end = "closed";
    } catch (SocketTimeoutException e) {
      end = "open";
    } catch (SocketException e) {
      end = "closed"; // by a reset, as there was more to be heard
    }
    return end + " " + heard.toString(StandardCharsets.ISO_8859_1).replaceAll("[^A-Z]", ".");
  }
}
