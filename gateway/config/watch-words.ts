import { sentences } from '../../shared/text.ts';

export const say = sentences('watch', {
  watchWithoutFeed: {
    en: 'a [[watch]] table is about the feeds of other gateways, and none come here',
    ja: '[[watch]] はほかのゲートウェイから届くフィードを監視する設定ですが、ここにはフィードが届きません',
  },
  watchAtHub: {
    en: 'Add a port of type "feed", or write range and threshold in the tables of the devices',
    ja: '種類 "feed" のポートを加えるか、range と threshold を機器のテーブルに書いてください',
  },
  watchAtWorker: {
    en: 'a worker keeps nothing, so it cannot watch: it knows neither what it raised nor what others have seen',
    ja: 'ワーカーは何も保持しないため、監視できません（何を発報したか、ほかのワーカーが何を受信したかが分かりません）',
  },
  watchAtAnotherHub: {
    en: 'Remove the table; a hub without share can watch',
    ja: 'このテーブルを削除してください。監視は share のないハブでできます',
  },
  watchUnknown: {
    en: 'no kind of reading, shipped profile or device of this configuration has a quantity "{quantity}"',
    ja: '項目 "{quantity}" は、測定値の種類、付属のプロファイル、この設定の機器のいずれにもありません',
  },
  watchOwnProfile: {
    en: 'Correct it, or leave it if the gateways have it by a profile of their own',
    ja: '名前を直してください。ゲートウェイ側のプロファイルにある項目なら、そのままで構いません',
  },
  watchNothing: {
    en: 'this [[watch]] table watches nothing',
    ja: 'この [[watch]] には監視する対象がありません',
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
