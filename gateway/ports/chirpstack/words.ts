import { sentences } from '../../../shared/text.ts';

export const say = sentences('chirpstack', {
  type: {
    en: 'A ChirpStack v4, by its MQTT integration (JSON).',
    ja: 'ChirpStack v4のMQTTインテグレーション（JSON）。',
  },
  url: {
    en: 'Its broker: mqtt://host:1883 or mqtts://host:8883.',
    ja: 'ブローカー: mqtt://host:1883 または mqtts://host:8883。',
  },
  application: {
    en: 'Id of one application; without it those of all are taken.',
    ja: 'アプリケーションのID。省略するとすべてのアプリケーションを受信します。',
  },
  notConnected: { en: 'port {name} is not connected', ja: 'ポート {name} は接続されていません' },
  notJson: { en: 'event {name} is not a JSON object', ja: 'イベント {name} がJSONオブジェクトではありません' },
  ofV3: {
    en: 'event {name} is from a ChirpStack v3: this port takes those of v4. Upgrade it (chirpstack.io has a migration tool), or let the gateway serve the devices itself',
    ja: 'イベント {name} はChirpStack v3のものです。このポートが対応するのはv4です。ChirpStackを更新するか（chirpstack.ioに移行ツールがあります）、ゲートウェイで直接機器を扱ってください',
  },
  eventWrong: { en: '{field} of event {name} is wrong ({why})', ja: 'イベント {name} の {field} が不正です（{why}）' },
});
