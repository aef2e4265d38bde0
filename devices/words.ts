import { sentences } from '../shared/text.ts';

/** What device types have in common. Each folder has words of its own. */
export const say = sentences('devices', {
  rubbishCode: { en: '{code}', ja: '{code}' },
  /** A rubbish code and what exactly was wrong. */
  rubbish: { en: '{code}: {detail}', ja: '{code}: {detail}' },
  notOneDevice: {
    en: '{count} {count:device was|devices were} given for a port that takes one',
    ja: '機器1台用のポートに{count}台が指定されています',
  },
  portWithoutDevices: { en: 'a port without devices', ja: '機器のないポート' },
  onePortEach: { en: 'Give each device a port of its own', ja: '機器ごとに別のポートを割り当ててください' },
});
