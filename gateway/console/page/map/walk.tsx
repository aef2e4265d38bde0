/** The walking test of a LoRaWAN device: which stations hear it where. What it shows is kept in the page only. */
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import type { UplinkTest } from '../../../lorawan/recent-uplinks.ts';
import { clockText, momentText, numberText } from '../format.ts';
import type { Registered } from '../lorawan/answers.ts';
import { offer } from '../offer.ts';
import { Fact, Title, Trouble, useAnswer } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { say as sayPage } from '../words.ts';
import { Ground } from './ground.tsx';
import { followThis, type PhonePlace } from './phone-position.ts';
import { placeOf } from './spots.ts';
import { say as sayTitle } from './titles-words.ts';
import { WalkLog, type WalkPoint, type Whereabouts, walkCsv, walkGeoJson } from './walk-log.ts';
import type { WalkMap } from './walk-map.ts';
import { say } from './words.ts';

const maxDevices = 10_000;
/** The newest that are shown in words; all are saved. */
const maxRows = 100;
/** The gateway ends a test when nobody asks for ten minutes. */
const askAgainMs = 120_000;
/** One log for each device that was tested since the page was opened. */
const logs = new Map<string, WalkLog>();

export function Walk({ about }: { readonly about: string }) {
  return about === '' ? <ChooseDevice /> : <WalkOf key={about} device={about} />;
}

function ChooseDevice() {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { answer, trouble } = useAnswer(() => door.lines<Registered>('list-devices', {}, maxDevices), '');
  return (
    <>
      <Title>{sayTitle.walk()[language]}</Title>
      <Trouble text={trouble} />
      <p>{(answer?.length === 0 ? say.walkNone : say.walkChoose)()[language]}</p>
      <ul class="links">
        {answer?.map(({ id }) => (
          <li key={id}>
            <a class="touch" href={hrefOf({ page: 'walk', about: id })}>
              {id}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function WalkOf({ device }: { readonly device: string }) {
  const language = useLanguage();
  const phone = usePhone();
  const { log, since, trouble, clear } = useWalk(device, phone.now);
  const map = useRef<WalkMap | undefined>(undefined);
  const { points } = log;
  useEffect(() => map.current?.show(points), [points]);
  const opened = (drawn: WalkMap | undefined) => {
    map.current = drawn;
    drawn?.show(log.points);
  };
  const save = (text: string, type: string, ending: string) =>
    offer(new Blob([text], { type }), `${device}-walk.${ending}`);
  return (
    <>
      <Title>{say.walkOf({ device })[language]}</Title>
      <p>{say.walkLead()[language]}</p>
      <Trouble text={trouble ?? phone.trouble} />
      <div class="actions">
        <button type="button" class={phone.isFollowing ? '' : 'main'} onClick={phone.turn}>
          {(phone.isFollowing ? say.stopFollowing : say.follow)()[language]}
        </button>
        {phone.place !== undefined && (
          <span role="status">{say.following({ metres: numberText(phone.place.accuracyM, 0) })[language]}</span>
        )}
      </div>
      <Ground
        label={say.walkMap()}
        open={async (options) => (await import('./walk-map.ts')).openWalkMap(options)}
        opened={opened}
      />
      <section aria-labelledby="uplinks">
        <h2 id="uplinks">
          {say.uplinks()[language]}{' '}
          <span class="count" role="status">
            {points.length}
          </span>
        </h2>
        {since !== undefined && <p class="small">{say.walkSince({ time: clockText(since) })[language]}</p>}
        {log.missed > 0 && <p class="notice">{say.missed({ count: log.missed })[language]}</p>}
        {points.length === 0 ? <p>{say.walkWaits()[language]}</p> : <Points points={points} />}
        {points.length > 0 && (
          <div class="actions">
            <button type="button" onClick={() => save(walkCsv(points), 'text/csv', 'csv')}>
              {sayPage.saveCsv()[language]}
            </button>
            <button
              type="button"
              onClick={() => save(JSON.stringify(walkGeoJson(points)), 'application/geo+json', 'geojson')}
            >
              {say.saveGeoJson()[language]}
            </button>
            <button type="button" onClick={clear}>
              {say.startOver()[language]}
            </button>
          </div>
        )}
      </section>
    </>
  );
}

/** What was heard since the test began, asked for whenever the gateway has heard something. */
function useWalk(device: string, phoneNow: () => Whereabouts | undefined) {
  const { door } = useSignedIn();
  const own = useLive(({ status }) => status?.devices[device]);
  const heard = useLive(({ status }) => `${status?.lorawan.uplinks} ${status?.devices[device]?.lastAt}`);
  const [round, again] = useReducer((count: number) => count + 1, 0);
  const [since, setSince] = useState<number>();
  const log = logs.get(device) ?? new WalkLog();
  logs.set(device, log);
  const progress = useRef({ since: 0, number: 0 });
  const { answer, trouble } = useAnswer(
    () => door.json<UplinkTest>('uplinks', { device, after: progress.current.number }),
    `${heard} ${round}`,
  );
  useEffect(() => {
    const timer = setInterval(() => again(0), askAgainMs);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (answer === undefined) return;
    const isAnother = answer.since !== progress.current.since; // the gateway has restarted, or this page was loaded again
    const fresh = answer.uplinks.filter(({ number }) => isAnother || number > progress.current.number);
    progress.current = {
      since: answer.since,
      number: fresh.at(-1)?.number ?? (isAnother ? 0 : progress.current.number),
    };
    setSince(answer.since);
    const known = new Set(log.points.map(({ observedAt }) => observedAt));
    const { last } = own ?? {};
    const place = placeOf(last?.values);
    const whereabouts = last === undefined || place === undefined ? undefined : { ...place, at: last.observedAt };
    log.add(
      fresh.filter(({ observedAt }) => !known.has(observedAt)),
      whereabouts,
      phoneNow(),
    );
    again(0);
  }, [answer]);
  const clear = () => {
    log.clear();
    again(0);
  };
  return { log, since, trouble, clear };
}

function usePhone() {
  const { live } = useSignedIn();
  const [isFollowing, setIsFollowing] = useState(false);
  const [place, setPlace] = useState<PhonePlace>();
  const [trouble, setTrouble] = useState<Text>();
  useEffect(() => {
    if (!isFollowing) return;
    return followThis((found) => {
      setTrouble(found.trouble);
      if (found.place !== undefined) setPlace({ ...found.place, at: found.place.at + live.aheadMs });
    });
  }, [isFollowing]);
  const turn = () => {
    setPlace(undefined);
    setTrouble(undefined);
    setIsFollowing((was) => !was);
  };
  /** A browser tells a position when it changes, and a fault when it knows none: until then the phone is where it was. */
  const now = (): Whereabouts | undefined =>
    place === undefined || trouble !== undefined ? place : { ...place, at: live.now };
  return { isFollowing, place, trouble, turn, now };
}

function Points({ points }: { readonly points: readonly WalkPoint[] }) {
  const language = useLanguage();
  return (
    <ul class="cards">
      {points
        .slice(-maxRows)
        .toReversed()
        .map(({ observedAt, frameCounter, dataRate, stations, place, placeBy }) => (
          <li key={`${observedAt} ${frameCounter}`} class="card">
            <dl class="facts">
              <Fact name={sayPage.time()}>{momentText(observedAt, language)}</Fact>
              <Fact name={say.counter()}>{frameCounter}</Fact>
              {dataRate !== undefined && <Fact name={say.dataRate()}>{dataRate}</Fact>}
              <Fact name={say.stations()}>{stations.length}</Fact>
              {stations.map(({ station, rssi, snr }) => (
                <Fact key={station} name={sayPage.station()}>
                  <code>{station}</code> {numberText(rssi)} dBm{snr !== undefined && `, ${numberText(snr)} dB`}
                </Fact>
              ))}
              <Fact name={sayPage.place()}>
                {place === undefined
                  ? say.noPlace()[language]
                  : `${place.lat.toFixed(6)}, ${place.lon.toFixed(6)} ${(placeBy === 'device' ? say.fromDevice : say.fromPhone)()[language]}`}
              </Fact>
            </dl>
          </li>
        ))}
    </ul>
  );
}
