import type { Attack } from '../attack.ts';
import { open, repeat } from '../hostile-client.ts';

export const consoleGuesses: Attack = {
  name: 'console-guesses',
  tried:
    "the console's sign-in: guessed passwords of known and unknown users from several addresses, as fast as it answers",
  run: (tools) =>
    repeat(tools, 20, async () => {
      const { random, target } = tools;
      const client = await open(tools, target.consolePort);
      client.socket.resume();
      const user = random.pick(['technician', 'viewer', 'admin', '__proto__', 'x'.repeat(5_000)] as const);
      const body = JSON.stringify({ user, password: 'p'.repeat(random.pick([1, 12, 10_000])) });
      await client.send(
        `POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      await client.linger(1_000);
    }),
};
