/**
 * The console's server: what the command line asks of a gateway, asked by a page in a browser.
 *
 *   browser ──HTTPS──▶ door ──▶ requests.ts ──▶ the actions of the control socket (control/actions.ts)
 *                                    └──▶ live.ts ◀── status
 *
 * Promise: it is open while there is an account, beyond loopback under TLS only, and never keeps the gateway from its work: if it cannot open, the status
 * says so, and it tries again. Bounds: connections that are not signed in wait at the house's door (net/door.ts), `maxConnections` in all, times
 * within which a request must come, and what the files beside this one state.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { hostname } from 'node:os';
import type { Clock } from '../../shared/clock.ts';
import { messageOf, textOf } from '../../shared/errors.ts';
import { printableJson } from '../../shared/text.ts';
import { accountsFileOf } from '../config/console-accounts.ts';
import type { Config } from '../config/settings.ts';
import type { ControlSources } from '../control/actions.ts';
import type { Log } from '../machine/log.ts';
import { isLocal, listen, splitAddress } from '../net/address.ts';
import { waitAtDoor } from '../net/door.ts';
import { onAbort } from '../net/keep-open.ts';
import type { ConsoleStanding, StatusSources } from '../status/sources.ts';
import { readStatus } from '../status/status.ts';
import { withoutTags } from '../status/without-tags.ts';
import { Accounts } from './accounts.ts';
import { auditKeptMs, ConsoleAudit } from './audit.ts';
import { type Certified, certificateOf } from './certificate.ts';
import { safeHeaders } from './headers.ts';
import { Live } from './live.ts';
import { ownNames } from './names.ts';
import { PageFiles } from './page-files.ts';
import { Requests } from './requests.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { say } from './words.ts';

/** Who may sign in, who is, and who tried. */
export interface ConsoleMemory {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
}

export function newMemory({ gateway }: Pick<Config, 'gateway'>): ConsoleMemory {
  const accounts = new Accounts(accountsFileOf(gateway.dataDirectory));
  return { accounts, sessions: new Sessions(accounts), signIn: new SignIn(accounts) };
}

export interface ConsoleOptions {
  readonly config: Pick<Config, 'console' | 'gateway'>;
  readonly sources: ControlSources & { readonly status: StatusSources };
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** By default where the build puts it. */
  readonly pageFolder?: string;
  /** By default nobody is signed in yet. */
  readonly memory?: ConsoleMemory;
  /** Called whenever it opens or fails, with what says how it stands then. */
  standing(now: () => ConsoleStanding): void;
}

const maxConnections = 256;
const timing = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
};
/** Of a connection on which nothing moves, so also of a reader who has stopped. */
const stillMs = 60_000;
const handshakeMs = 10_000;
/** How long an answer that is on its way may take when the gateway ends. */
const lastWordsMs = 1_000;
const accountsEveryMs = 5_000;
const againMs = 10_000;
const tidyEveryMs = 3_600_000;

/** Serves until the signal aborts. Never rejects. */
export async function serveConsole(options: ConsoleOptions, signal: AbortSignal): Promise<void> {
  const { config, clock, log, standing, memory = newMemory(config) } = options;
  const { listen: address } = config.console;
  const { accounts } = memory;
  while (!signal.aborted) {
    try {
      while (accounts.isEmpty && !signal.aborted) {
        standing(() => ({ address, fault: accounts.fault?.text ?? say.noAccount() }));
        await clock.sleep(accountsEveryMs, signal);
      }
      if (!signal.aborted) await serveOnce(options, memory, signal);
    } catch (fault) {
      standing(() => ({ address, fault: textOf(fault) }));
      log.warn('The console cannot be served; it will be tried again', { address, fault: messageOf(fault) });
      await clock.sleep(againMs, signal);
    }
  }
}

/** Until the signal aborts or no account is left. Rejects if it cannot listen, or no longer. */
async function serveOnce(options: ConsoleOptions, memory: ConsoleMemory, signal: AbortSignal): Promise<void> {
  const { config, sources, version, clock, log, pageFolder } = options;
  const { listen: address, names, tiles } = config.console;
  let certified = await certificateOf(config, clock.moment());
  const isSecure = certified !== undefined;
  if (!isSecure && !isLocal(address)) throw new RangeError('beyond loopback there is a certificate');
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const audit = new ConsoleAudit(config.gateway.dataDirectory);
  const live = new Live(() => printableJson(JSON.stringify(withoutTags(readStatus(sources.status)))), clock, either);
  const server = serverOf(certified, (request, response) => void requests.answer(request, response));
  const requests = new Requests({
    ...memory,
    ...{ sources, version, tiles, audit, live, clock, log },
    names: ownNames(names, hostname()),
    headers: safeHeaders(tiles, isSecure),
    // Cookies do not know ports: two gateways on one host would sign out each other.
    cookie: { name: `${isSecure ? '__Host-' : ''}machimori-${splitAddress(address).port}`, isSecure },
    page: new PageFiles(pageFolder),
    fingerprint: () => certified?.fingerprint,
    letIn: waitAtDoor(server, clock),
  });
  try {
    await listen(server, address);
    options.standing(() => standingOf(address, certified, memory.accounts));
    log.info('The console is open', { address, fingerprint: certified?.fingerprint });
    void everyHour(async () => {
      const { wall, synchronised } = clock.moment();
      if (synchronised) audit.forget(wall - auditKeptMs);
      const newest = await certificateOf(config, clock.moment());
      if (newest === undefined || newest.fingerprint === certified?.fingerprint) return;
      certified = newest;
      if ('setSecureContext' in server) (server as ReturnType<typeof createTlsServer>).setSecureContext(newest);
      log.warn('The console has another certificate', { fingerprint: newest.fingerprint });
    });
    await Promise.race([ended(server, either), emptied(memory.accounts, clock, either)]);
  } finally {
    live.end();
    over.abort();
    await close(server, clock);
  }

  async function everyHour(work: () => Promise<void>): Promise<void> {
    while (!either.aborted) {
      await work().catch((fault) => log.warn('The console could not tidy up', { fault: messageOf(fault) }));
      await clock.sleep(tidyEveryMs, either);
    }
  }
}

function serverOf(certified: Certified | undefined, listener: RequestListener): Server {
  const server =
    certified === undefined
      ? createServer(timing, listener)
      : createTlsServer({ ...timing, ...certified, handshakeTimeout: handshakeMs }, listener);
  server.maxConnections = maxConnections;
  server.timeout = stillMs;
  return server;
}

/** Resolves when the signal aborts; rejects when the address is lost. */
function ended(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, resolve);
    server.on('error', (fault) => {
      forget();
      reject(fault);
    });
  });
}

async function emptied(accounts: Accounts, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!accounts.isEmpty && !signal.aborted) await clock.sleep(accountsEveryMs, signal);
}

/** Answers that are on their way get their end. */
async function close(server: Server, clock: Clock): Promise<void> {
  const closed = new AbortController();
  server.close(() => closed.abort());
  server.closeIdleConnections();
  await clock.sleep(lastWordsMs, closed.signal);
  server.closeAllConnections();
}

function standingOf(address: string, certified: Certified | undefined, { fault }: Accounts): ConsoleStanding {
  return {
    address,
    ...(certified !== undefined && { fingerprint: certified.fingerprint }),
    ...(fault !== undefined && { fault: fault.text }),
  };
}
