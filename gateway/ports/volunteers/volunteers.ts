/**
 * `volunteers`: the door of the watch-over app. Makes this gateway a hub for volunteers' phones, which are nobody's account.
 *
 *   GET /v1/operators    the signed list of operators, with an ETag (RFC 9110 §8.8.3)
 *   POST /v1/sightings   an upload (shared/enrolment/upload.ts), answered by the receipt
 *   GET /                the app itself, if it is built (app-files.ts)
 *
 *   400 no upload of a phone · 413 too large · 429 too many from one address · 503 it could not be stored: send it again
 *
 * Nothing is remembered of a phone, and no address is logged or written: of uploads that are refused only their number is known. Any page may
 * ask (CORS): nobody is known by their browser. Bounds: `max-clients` connections, an upload a body, `per-minute` requests an address
 * (address-limit.ts).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isUpload, uploadBytes } from '../../../shared/enrolment/upload.ts';
import { MachimoriError } from '../../../shared/errors.ts';
import { decodeBatch } from '../../../shared/feed/batch.ts';
import { plainAddress } from '../../net/address.ts';
import { bodyOf, end, serveRequests } from '../../net/serve-requests.ts';
import type { FeedPort, FeedReceiver, PortSurroundings, PortType } from '../port.ts';
import { keepPortOpen } from '../reopening.ts';
import { AddressLimit } from './address-limit.ts';
import { type AppFile, type AppFiles, appFile, readAppFiles } from './app-files.ts';
import { checkVolunteers, type VolunteersSettings, volunteersSettings } from './settings.ts';
import { say } from './words.ts';

export const volunteers: PortType<typeof volunteersSettings> = {
  name: 'volunteers',
  shape: 'feed',
  settings: volunteersSettings,
  check: checkVolunteers,
  line: ({ listen }) => listen,
  open: volunteersPort,
};

const NOTHING = new Uint8Array(0);
const CBOR = { 'content-type': 'application/cbor' };
const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'etag, retry-after' };
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'content-type, if-none-match',
  'access-control-max-age': '86400',
};
const LIST = '/v1/operators';
const UPLOADS = '/v1/sightings';
/** Made here if the city is named; otherwise the app's own file. */
const CONFIG = '/config.json';

export function volunteersPort(settings: VolunteersSettings, surroundings: PortSurroundings): FeedPort {
  const { name, listen, maxClients, certFile, keyFile, tenant = surroundings.tenant } = settings;
  const { operators } = surroundings;
  const app = readAppFiles(settings.appDirectory);
  return {
    shape: 'feed',
    path: listen,
    isWorker: false,
    accepts: (header, bytes, readings) =>
      isUpload(header, bytes, readings, (id) => operators.has(id) || operators.isRevoked(id)),
    run: (receiver, signal) =>
      keepPortOpen(
        name,
        () => {
          const door = new PhoneDoor({ ...settings, tenant }, surroundings, receiver, app);
          const answer = (request: IncomingMessage, response: ServerResponse) => door.answer(request, response);
          const opened = () => receiver.opened();
          return serveRequests({ listen, maxClients, certFile, keyFile, answer, opened }, signal);
        },
        receiver,
        surroundings,
        signal,
      ),
  };
}

type Settings = VolunteersSettings & { readonly tenant: string };

class PhoneDoor {
  readonly #settings: Settings;
  readonly #surroundings: Pick<PortSurroundings, 'operators' | 'clock'>;
  readonly #receiver: FeedReceiver;
  readonly #app: AppFiles;
  readonly #limit: AddressLimit;

  constructor(
    settings: Settings,
    surroundings: Pick<PortSurroundings, 'operators' | 'clock'>,
    receiver: FeedReceiver,
    app: AppFiles,
  ) {
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#receiver = receiver;
    this.#app = app;
    this.#limit = new AddressLimit(settings.perMinute);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?');
    const { monotonic } = this.#surroundings.clock.moment();
    if (!this.#limit.allows(plainAddress(request.socket.remoteAddress), monotonic)) {
      this.#refuse('over-limit');
      return end(response, 429, { ...CORS, 'retry-after': '60', connection: 'close' });
    }
    if (path === LIST || path === UPLOADS) {
      const wanted = path === LIST ? 'GET' : 'POST';
      if (method === 'OPTIONS') return end(response, 204, { ...CORS, ...PREFLIGHT });
      if (method !== wanted) return end(response, 405, { ...CORS, allow: wanted });
      return path === LIST ? this.#list(request, response) : this.#upload(request, response);
    }
    const file = path === CONFIG ? (this.#config() ?? this.#app.get(path)) : this.#app.get(path);
    if (file === undefined) return end(response, 404);
    if (method !== 'GET' && method !== 'HEAD') return end(response, 405, { allow: 'GET, HEAD' });
    if (request.headers['if-none-match'] === file.headers.etag) return end(response, 304, file.headers);
    response.writeHead(200, file.headers).end(method === 'HEAD' ? undefined : file.bytes);
  }

  /** What the app is to know of this hub; undefined unless the city is named. */
  #config(): AppFile | undefined {
    const { city, contact } = this.#settings;
    if (city === undefined || contact === undefined) return undefined;
    const { listKey } = this.#surroundings.operators;
    return appFile('.json', Buffer.from(JSON.stringify({ hub: '', listKey, city, contact })));
  }

  #list({ headers }: IncomingMessage, response: ServerResponse) {
    const list = this.#surroundings.operators.current;
    if (list === undefined) return end(response, 404, CORS);
    const about = { ...CORS, etag: `"${list.digest}"`, 'cache-control': 'no-cache' };
    if (headers['if-none-match'] === about.etag) return end(response, 304, about);
    response.writeHead(200, { ...CBOR, ...about }).end(list.bytes);
  }

  async #upload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request, uploadBytes);
    if (body === undefined) return end(response, 413, { ...CORS, connection: 'close' });
    try {
      const { gateway } = decodeBatch(body).header;
      const receipt = await this.#receiver.take({ tenant: this.#settings.tenant, gateway }, 'batch', body);
      response.writeHead(200, { ...CBOR, ...CORS }).end(receipt);
    } catch (fault) {
      const isBad = fault instanceof MachimoriError && fault.code === 'bad-message';
      end(response, isBad ? 400 : 503, CORS);
    }
  }

  /** Without the address. */
  #refuse(code: 'over-limit'): void {
    this.#receiver.turnedAway({ code, bytes: NOTHING, detail: say.tooManyRequests() });
  }
}
