import { sentences } from '../../shared/text.ts';

export const say = sentences('beacon-detector', {
  summary: {
    en: 'Bluetooth LE beacon detector: a controller on HCI over UART (H4)',
    ja: 'Bluetooth LEビーコン検知器（HCI UART、H4）',
  },
  window: {
    en: 'How long advertisements of a tag are combined into one sighting.',
    ja: '同じタグの電波を1回の検知としてまとめる時間。',
  },
  tags: {
    en: 'The enrolled tags; everything else is forgotten.',
    ja: '登録済みのタグ。それ以外の電波は記録しません。',
  },
  referenceBeacon: {
    en: 'A beacon fixed at the site, written like a tag id: the detector works while it hears this one. Without it any advertisement will do.',
    ja: '現場に固定したビーコン（書き方はタグの識別子と同じ）。この電波を受信できている間、検知器は正常とみなします。省略時はどの電波でも構いません。',
  },
  referenceWithin: {
    en: 'How long the reference beacon may be unheard before the detector counts as deaf.',
    ja: '基準ビーコンを受信できない状態がこの時間を超えると、検知器は受信不能とみなします。',
  },
  duplicateFilter: {
    en: "Whether the controller reports each advertiser once per window, for a line too slow for all. Sightings then count one advertisement, and the controller's filter must be able to hold all that is near.",
    ja: '同じ発信元の電波をウィンドウごとに1回だけ報告させるかどうか（回線が遅い場合用）。検知の回数は1となり、周囲のすべての発信元がコントローラーのフィルターに収まる必要があります。',
  },
  tooManyTags: {
    en: "{count} {count:advertisement|advertisements} of operators' tags {count:was|were} given up: more tags are near than the detector keeps at a time",
    ja: '事業者のタグの電波{count}件を破棄しました。同時に扱える数を超えるタグが周囲にあります',
  },
  tagName: { en: 'What the tag is called in the feed.', ja: '送信データでのタグの名前。' },
  tagId: {
    en: 'How the tag is recognised, such as "ibeacon:UUID/major/minor" or "address:aa:bb:cc:dd:ee:ff".',
    ja: 'タグの識別子。"ibeacon:UUID/major/minor" や "address:aa:bb:cc:dd:ee:ff" など。',
  },
  mustBeTagId: {
    en: 'must be "ibeacon:UUID/major/minor", "eddystone:20 hex digits/12 hex digits", "altbeacon:40 hex digits" or "address:aa:bb:cc:dd:ee:ff"',
    ja: 'は "ibeacon:UUID/major/minor"、"eddystone:16進数20桁/16進数12桁"、"altbeacon:16進数40桁"、"address:aa:bb:cc:dd:ee:ff" のいずれかの形で指定してください',
  },
  mustListOnce: { en: 'must list each tag id only once', ja: 'に同じタグの識別子を重ねて指定できません' },
  setUp: {
    en: 'Whether to reset the controller and switch scanning on when the port opens.',
    ja: 'ポートを開いたときにコントローラーを初期化し、スキャンを開始するかどうか。',
  },
  all: {
    en: "Give every advertisement as it comes, with its sender's address; for decoding recordings only.",
    ja: '受信したすべての電波を送信元アドレス付きで出力します。記録ファイルの解読専用です。',
  },

  strangePacket: {
    en: 'packet of type {type}, {bytes} {bytes:byte|bytes}',
    ja: '種別{type}のパケット（{bytes}バイト）',
  },
  strangeSubevent: { en: 'LE meta event, subevent {subevent}', ja: 'LEメタイベント、サブイベント{subevent}' },
  strangeEvent: { en: 'event {code}', ja: 'イベント{code}' },
  reportCutShort: {
    en: 'an advertising report of {bytes} {bytes:byte|bytes} is cut short',
    ja: 'アドバタイズ報告（{bytes}バイト）が途中で切れています',
  },
  restarted: {
    en: 'the controller has restarted by itself; it is set up again. If this goes on, check its power supply',
    ja: 'コントローラーが再起動したため、再設定しました。繰り返す場合は電源を確認してください',
  },
  deaf: {
    en: 'no advertisement for {seconds} {seconds:second|seconds}',
    ja: '{seconds}秒間、電波を1件も受信していません',
  },
  deafToReference: {
    en: 'the reference beacon was not heard for {seconds} {seconds:second|seconds}',
    ja: '{seconds}秒間、基準ビーコンを受信していません',
  },
  deafAnd: { en: '{what}: {did}', ja: '{what}。{did}' },
  nothingDone: {
    en: 'the gateway may not set the controller up (set-up = false), so whoever does has to start its scan again',
    ja: 'set-up = false のため、ゲートウェイからは再設定できません。設定元の機器でスキャンを再開してください',
  },
  scanStartedAgain: { en: 'its scan was switched off and on', ja: 'スキャンを停止して再開しました' },
  reset: { en: 'the controller was reset and set up again', ja: 'コントローラーをリセットし、再設定しました' },
  reopened: {
    en: 'after a new scan and a reset, its port is closed and opened',
    ja: 'スキャンの再開とリセットでも回復しないため、ポートを開き直します',
  },
  resetAgain: {
    en: 'the controller was reset once more. Check its antenna, switch its power off and on, or replace it',
    ja: 'コントローラーを再度リセットしました。アンテナを確認し、電源を入れ直すか、交換してください',
  },
  reopenedAgain: {
    en: 'its port is closed and opened once more. Check its antenna, switch its power off and on, or replace it',
    ja: 'ポートを再度開き直します。アンテナを確認し、電源を入れ直すか、交換してください',
  },
  noAnswer: { en: 'no answer to {command}', ja: '{command} に応答がありません' },
  hardwareError: { en: 'hardware error {code}', ja: 'ハードウェアエラー{code}' },
  commandFailed: {
    en: '{command} failed with status {status}',
    ja: '{command} が失敗しました（ステータス{status}）',
  },
});
