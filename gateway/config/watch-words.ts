import { sentences } from '../../shared/text.ts';

export const say = sentences('watch', {
  watchWithoutFeed: {
    en: 'a [[watch]] table is about the feeds of other gateways, and none come here',
    ja: '[[watch]] はほかのゲートウェイのフィードを見守るものですが、ここには届きません',
  },
  watchAtHub: {
    en: 'Add a port of type "feed", or write range and threshold in the tables of the devices',
    ja: '種類 "feed" のポートを加えるか、range と threshold を機器のテーブルに書いてください',
  },
  watchAtWorker: {
    en: 'a worker keeps nothing, so it cannot watch: it knows neither what it raised nor what others have seen',
    ja: 'ワーカーは何も保持しないため、見守りはできません（何を発報したか、ほかのワーカーが何を受信したか分かりません）',
  },
  watchAtAnotherHub: {
    en: 'Remove the table; a hub without share can watch',
    ja: 'このテーブルを削除してください。見守りは share のないハブで行えます',
  },
  watchNothing: {
    en: 'this [[watch]] table watches nothing',
    ja: 'この [[watch]] では何も見守りません',
  },
  watchSomething: {
    en: 'Add expect-every, a [[watch.range]] or a [[watch.threshold]]',
    ja: 'expect-every、[[watch.range]]、[[watch.threshold]] のいずれかを加えてください',
  },
  watchWholeGateways: {
    en: 'expect-every is about whole gateways, and {name} chooses devices of them',
    ja: 'expect-every はゲートウェイ全体についての設定ですが、{name} は機器を選ぶものです',
  },
  watchApart: {
    en: 'Write expect-every in a [[watch]] table of its own, with tenants and gateways only',
    ja: 'expect-every は別の [[watch]] に書き、そこでは tenants と gateways だけで選んでください',
  },
});
