/**
 * The map: every device of this gateway and, at a hub, of the city, with a list beside it that says the same in words.
 *
 *   live status ──▶ own spots ─┐
 *   city-view.ts ──▶ the city ─┴─▶ spots ──filter──▶ list, map
 */
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { clockText, momentText } from '../format.ts';
import { Title, Trouble } from '../parts.tsx';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { CityView } from './city-view.ts';
import { Ground } from './ground.tsx';
import { Legend } from './legend.tsx';
import { SpotCard } from './spot-card.tsx';
import type { SpotMap } from './spot-layers.ts';
import { SpotList } from './spot-list.tsx';
import { byUrgency, EVERYTHING, filtered, ownSpots, type Place, type Spot, silentGatewaysIn } from './spots.ts';
import { say as sayTitle } from './titles-words.ts';
import { trailMs } from './trails.ts';
import { say } from './words.ts';

export function MapPage({ about }: { readonly about: string }) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const { city, own, others } = useSpots();
  const [wanted, setWanted] = useState(EVERYTHING);
  const [chosenId, setChosenId] = useState<string>();
  const map = useRef<SpotMap | undefined>(undefined);
  const spots = useMemo(() => [...own, ...others], [own, others]);
  // Own devices change every second, and a city is large: it is filtered apart.
  const foundHere = useMemo(() => filtered(own, wanted), [own, wanted]);
  const foundThere = useMemo(() => filtered(others, wanted), [others, wanted]);
  const found = useMemo(() => [...foundThere, ...foundHere].toSorted(byUrgency), [foundHere, foundThere]);
  const chosen =
    chosenId === undefined ? own.find(({ device }) => device === about) : spots.find(({ id }) => id === chosenId);
  const known = useRef({ found, chosen });
  known.current = { found, chosen };
  const draw = () => map.current?.show(found, city.trails.since(live.now - trailMs));
  useEffect(draw, [found]);
  useEffect(() => map.current?.choose(chosen?.id), [chosen?.id]);
  useFirstView(map, spots, chosen);
  const open = async (options: Parameters<Parameters<typeof Ground<SpotMap>>[0]['open']>[0]) => {
    const { openSpotMap } = await import('./spot-layers.ts');
    return openSpotMap({ ...options, touched: (ids) => setChosenId((last) => nextOf(ids, last)) });
  };
  const opened = (drawn: SpotMap | undefined) => {
    map.current = drawn;
    draw();
    drawn?.choose(known.current.chosen?.id);
    drawn?.firstView(placesIn(known.current.chosen === undefined ? known.current.found : [known.current.chosen]));
  };
  const choose = (spot: Spot | undefined) => {
    setChosenId(spot?.id ?? '');
    if (spot?.place !== undefined) map.current?.goTo(spot.place);
  };
  return (
    <>
      <Title>{sayTitle.map()[language]}</Title>
      <Trouble text={city.trouble} />
      <div class="map-page">
        <div>
          <Ground label={say.mapOf()} open={open} opened={opened} />
          <div class="actions">
            <button type="button" onClick={() => map.current?.view(placesIn(found))}>
              {say.showAll()[language]}
            </button>
          </div>
          <p class="unseen" role="status">
            {chosen?.device}
          </p>
          {chosen !== undefined && <SpotCard key={chosen.id} spot={chosen} close={() => choose(undefined)} />}
          <Legend />
          {city.standing !== undefined && (
            <p class="small">
              {say.citySince({ time: momentText(city.standing.since, language) })[language]}{' '}
              {say.renewed({ time: clockText(city.standing.renewedAt) })[language]}
            </p>
          )}
          {city.standing?.isFull === true && <p class="notice">{say.cityFull()[language]}</p>}
        </div>
        <SpotList {...{ spots, found, wanted, setWanted, choose }} chosen={chosen?.id} />
      </div>
    </>
  );
}

/** What stands on the map, as it changes; and where it has been. */
function useSpots() {
  const { door, live } = useSignedIn();
  const [renewal, renewed] = useReducer((count: number) => count + 1, 0);
  const city = useMemo(() => new CityView(door, () => renewed(0)), [door]);
  const devices = useLive(({ status }) => status?.devices);
  const ports = useLive(({ status }) => status?.ports);
  const silent = useLive(({ status }) => [...silentGatewaysIn(status?.gateways ?? [])].join(' ')); // no name has a blank
  const { tenant, gateway } = door.session;
  useEffect(() => {
    city.open({ tenant, gateway });
    return () => city.close();
  }, [city]);
  const own = useMemo(
    () => ownSpots({ tenant, gateway, devices: devices ?? {}, ports: ports ?? {} }, live.now),
    [devices, ports],
  );
  useEffect(() => {
    for (const { id, kind, place, readings } of own) {
      const at = readings[0]?.observedAt;
      if (kind === 'moving' && place !== undefined && at !== undefined) city.trails.add(id, { ...place, at });
    }
  }, [own]);
  const others = useMemo(() => city.spots(new Set(silent.split(' '))), [renewal, silent]);
  return { city, own, others };
}

/** The view is fitted once there is something to see, and again when the city has come; never under somebody's finger. */
function useFirstView(
  map: { readonly current: SpotMap | undefined },
  spots: readonly Spot[],
  chosen: Spot | undefined,
): void {
  const fitted = useRef(0);
  const places = placesIn(spots);
  const isMuch = places.length > fitted.current * 2;
  useEffect(() => {
    if (!isMuch || map.current === undefined) return;
    fitted.current = places.length;
    map.current.firstView(chosen?.place === undefined ? places : [chosen.place]);
  }, [isMuch, map.current]);
}

function placesIn(spots: readonly Spot[]): readonly Place[] {
  return spots.flatMap(({ place }) => place ?? []);
}

/** Several may stand at one place: each touch shows the next. */
function nextOf(ids: readonly string[], last: string | undefined): string | undefined {
  return ids[(ids.indexOf(last ?? '') + 1) % ids.length];
}
