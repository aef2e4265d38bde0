/** Every page: what it is called, what shows it, and whether a phone has room for it below. A new page is a row here and a name in `route.ts`. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { foreign, type Text } from '../../../shared/text.ts';
import { Buffer } from './buffer/buffer.tsx';
import { Device } from './device/device.tsx';
import { say as sayFrames } from './frames/words.ts';
import { Lorawan } from './lorawan/lorawan.tsx';
import { say as sayMap } from './map/titles-words.ts';
import { say as sayOrders } from './orders/titles-words.ts';
import { say as sayOutputs } from './outputs/words.ts';
import { Title, Trouble } from './parts.tsx';
import { hrefOf, PAGE_NAMES, type PageName } from './route.ts';
import { Settings } from './settings.tsx';
import { useLanguage, useSignedIn } from './surroundings.tsx';
import { Today } from './today/today.tsx';
import { say } from './words.ts';

export interface Shown {
  /** As in `Route`. */
  readonly about: string;
}

export interface PageRow {
  readonly title: () => Text;
  readonly show: ComponentType<Shown>;
  /** "phone": also on a phone; "desk": if there is room, else behind "more"; absent: no link of its own. */
  readonly link?: 'phone' | 'desk';
  /** Only who may change something sees its link. */
  readonly isForChanging?: true;
}

export const PAGES: Readonly<Record<PageName, PageRow>> = {
  today: { title: say.today, show: Today, link: 'phone' },
  device: { title: say.device, show: ({ about }) => <Device key={about} id={about} /> },
  map: { title: sayMap.map, show: later(async () => (await import('./map/map.tsx')).MapPage), link: 'phone' },
  frames: {
    title: sayFrames.title,
    show: later(async () => (await import('./frames/frames.tsx')).Frames),
    link: 'desk',
  },
  outputs: {
    title: sayOutputs.title,
    show: later(async () => (await import('./outputs/outputs.tsx')).Outputs),
    link: 'desk',
  },
  orders: {
    title: sayOrders.title,
    show: later(async () => (await import('./orders/orders.tsx')).OrdersPage),
    link: 'desk',
  },
  buffer: { title: say.buffer, show: Buffer, link: 'desk' },
  lorawan: { title: say.lorawan, show: Lorawan, link: 'desk' },
  configuration: {
    title: say.configuration,
    show: later(async () => (await import('./configuration/configuration.tsx')).Configuration),
    link: 'desk',
    isForChanging: true,
  },
  commission: {
    title: say.commission,
    show: later(async () => (await import('./commission/commission.tsx')).Commission),
    link: 'phone',
    isForChanging: true,
  },
  sheet: {
    title: say.siteSheet,
    show: later(async () => (await import('./commission/sheet.tsx')).Sheet),
  },
  test: {
    title: say.test,
    show: later(async () => (await import('./commission/test-page.tsx')).TestPage),
  },
  walk: { title: sayMap.walk, show: later(async () => (await import('./map/walk.tsx')).Walk) },
  settings: { title: say.settings, show: Settings, link: 'desk' },
  more: { title: say.more, show: More, link: 'phone' },
};

/** The pages that have a link, for whoever may change something or not. */
export function linkedFor(mayChange: boolean): readonly PageName[] {
  return PAGE_NAMES.filter((page) => PAGES[page].link !== undefined && (mayChange || !PAGES[page].isForChanging));
}

/** What a phone has no room for below. */
function More() {
  const language = useLanguage();
  const { door } = useSignedIn();
  return (
    <>
      <Title>{say.more()[language]}</Title>
      <ul class="links">
        {linkedFor(door.mayChange)
          .filter((page) => PAGES[page].link === 'desk')
          .map((page) => (
            <li key={page}>
              <a class="touch card" href={hrefOf({ page })}>
                {PAGES[page].title()[language]}
              </a>
            </li>
          ))}
      </ul>
    </>
  );
}

/** Loaded when it is first shown: the first view stays small. */
export function later(load: () => Promise<ComponentType<Shown>>): ComponentType<Shown> {
  let loaded: ComponentType<Shown> | undefined;
  return function Later({ about }) {
    const language = useLanguage();
    const [, again] = useState(0);
    const [trouble, setTrouble] = useState<Text>();
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (component) => {
          loaded = component;
          again(1);
        },
        (fault) => setTrouble(say.pageFault({ why: foreign(String(fault)) })),
      );
    }, []);
    if (trouble !== undefined) return <Trouble text={trouble} />;
    const Component = loaded;
    return Component === undefined ? <p>{say.opening()[language]}</p> : <Component about={about} />;
  };
}
