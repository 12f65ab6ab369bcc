/** The page's own style. Colours have a contrast of at least 4.5 against their ground, in both schemes. */
export const style = `:root{color-scheme:light dark;--bg:#fff;--fg:#16191d;--soft:#56606b;--line:#c9d1d9;--box:#f4f6f8;--link:#0b57a4;
--good:#116329;--good-bg:#e6f4ea;--act:#a40e26;--act-bg:#fdebec;--run:#0b57a4;--run-bg:#e7f0fa;--unsure:#7a4a00;--unsure-bg:#fff4dc;
--done:#2f8f4e;--failed:#c9394a;--usual:#6b7580;--series:#0b57a4}
@media (prefers-color-scheme:dark){:root{--bg:#0f1318;--fg:#e8ecf1;--soft:#a5b0bd;--line:#3a444f;--box:#1a2028;--link:#7db8f5;
--good:#7fdc9b;--good-bg:#10281a;--act:#ff9aa5;--act-bg:#351519;--run:#8ac2ff;--run-bg:#10253c;--unsure:#f5c56b;--unsure-bg:#332509;
--done:#4fbf74;--failed:#f0717f;--usual:#8f9aa6;--series:#7db8f5}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:0 1rem 3rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.35rem;line-height:1.25;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
h3{font-size:1rem;margin:1rem 0 .3rem}p{margin:.4rem 0}ul,ol{margin:.3rem 0;padding-left:1.3rem}a{color:var(--link)}
.kicker,.note,.when,.age{color:var(--soft);font-size:.9rem}
.standing{border-left:.4rem solid;border-radius:.3rem;padding:.6rem .9rem;margin:.8rem 0}.standing p{color:var(--fg)}
.standing .title{font-size:1.3rem;font-weight:700;margin:0}
.good{border-color:var(--good);background:var(--good-bg);color:var(--good)}.act{border-color:var(--act);background:var(--act-bg);color:var(--act)}
.running-now{border-color:var(--run);background:var(--run-bg);color:var(--run)}.uncertain{border-color:var(--unsure);background:var(--unsure-bg);color:var(--unsure)}
.old{border:.2rem dashed;border-radius:.3rem;padding:.3rem .9rem;margin:.8rem 0}.old p{color:var(--fg)}
.neutral{border-color:var(--soft);background:var(--box)}
dl.answers{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.5rem 1rem;margin:.8rem 0}dt{font-weight:700}dd{margin:0}dd p{margin:0 0 .2rem}
.table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.93rem}th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid var(--line)}
td{overflow-wrap:break-word}th{font-weight:600;background:var(--box);white-space:nowrap}td time{white-space:nowrap}
.met{color:var(--good);font-weight:700}.not-met{color:var(--act);font-weight:700}.not-known{color:var(--unsure);font-weight:700}
.fall .row{display:grid;grid-template-columns:1fr;padding:.25rem 0;border-bottom:1px solid var(--line)}.fall .what{font-weight:600}
.fall .head{grid-template-columns:auto auto;justify-content:space-between;border:0}.fall .head .what{font-weight:400;color:var(--soft);font-size:.9rem}
.strip{display:block;width:100%;height:1rem;background:var(--box);margin-top:.15rem}.names{font-size:.85rem;color:var(--soft)}
.done{fill:var(--done)}.failed{fill:var(--failed)}.ended{fill:var(--done);opacity:.55}.running{fill:var(--run)}.usual{fill:var(--usual)}
.odd{opacity:.7}.key{display:inline-block;width:1rem;height:.6rem;margin:0 .3rem 0 .6rem}.done-key{background:var(--done)}.failed-key{background:var(--failed)}.usual-key{background:var(--usual);height:.25rem;vertical-align:middle}
.threshold-key{background:var(--failed);height:.2rem;vertical-align:middle}.baseline-key{background:var(--usual);height:.2rem;vertical-align:middle}
.plot .area{position:relative;padding-top:1.3rem}.plot svg{display:block;width:100%;height:11rem;background:var(--box)}
.plot path{fill:none;vector-effect:non-scaling-stroke}.series{stroke:var(--series);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.threshold{stroke:var(--failed);stroke-width:1.5;stroke-dasharray:6 4}.baseline{stroke:var(--usual);stroke-width:1.5;stroke-dasharray:2 4}
.mark{stroke:var(--soft);stroke-width:1}.during{fill:var(--run);opacity:.15}
.no{position:absolute;top:0;transform:translateX(-50%);font-size:.75rem;font-weight:700;color:var(--soft)}
.axis{display:flex;justify-content:space-between;color:var(--soft);font-size:.85rem}.legend{font-size:.9rem}
pre{white-space:pre-wrap;background:var(--box);border:1px solid var(--line);border-radius:.3rem;padding:.5rem;margin:.3rem 0;font:.85rem/1.45 ui-monospace,monospace}
.command{display:flex;gap:.5rem;align-items:flex-start}.command pre{flex:1;min-width:0}
button{font:inherit;font-size:.85rem;padding:.35rem .6rem;margin:.3rem 0;border:1px solid var(--soft);border-radius:.3rem;background:var(--bg);color:var(--fg);cursor:pointer}
button[hidden]{display:none}summary{cursor:pointer;padding:.15rem 0}details{margin:.2rem 0}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.hash{font:.85rem ui-monospace,monospace}
@media (max-width:34rem){dl.answers{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.5rem}body{padding:0 .7rem 2rem}}
@media (min-width:46rem){.fall .row:not(.head){grid-template-columns:15rem 1fr;column-gap:1rem}.fall .strip,.fall .names{grid-column:1/-1}}
@media print{:root{color-scheme:light;--bg:#fff;--fg:#000;--soft:#444;--line:#999;--box:#fff}body{max-width:none;font-size:11px}button{display:none}
.row,.standing,tr,pre,li{break-inside:avoid}h2,h3{break-after:avoid}details::details-content{content-visibility:visible;block-size:auto}.strip,.plot svg,.standing,.key{print-color-adjust:exact}}
`;
