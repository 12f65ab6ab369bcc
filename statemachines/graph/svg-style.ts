/** The colours of a drawing for light and dark pages. The contrast of every text to its background is over 4.5. */
export const svgStyle = `<style>
text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; text-anchor: middle }
.page { fill: #ffffff; stroke: #d0d7de }
.task { fill: #f6f8fa; stroke: #57606a }
.question { fill: #ddf4ff; stroke: #0969da }
.success { fill: #dafbe1; stroke: #1a7f37 }
.failure { fill: #ffebe9; stroke: #cf222e }
path { fill: none; stroke: #57606a }
.happy { stroke-width: 2.5 }
.caught { stroke: #cf222e; stroke-dasharray: 5 3 }
.tip { fill: #57606a; stroke: none }
.caught.tip { fill: #cf222e }
.label { font-size: 11px; fill: #57606a; stroke: #ffffff; stroke-width: 3; paint-order: stroke; text-anchor: start }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.page { fill: #0d1117; stroke: #30363d }
.task { fill: #21262d; stroke: #8b949e }
.question { fill: #0c2d6b; stroke: #58a6ff }
.success { fill: #0f5323; stroke: #3fb950 }
.failure { fill: #67060c; stroke: #ff7b72 }
path { stroke: #8b949e }
.caught { stroke: #ff7b72 }
.tip { fill: #8b949e; stroke: none }
.caught.tip { fill: #ff7b72 }
.label { fill: #9ea7b3; stroke: #0d1117 }
}
</style>`;
