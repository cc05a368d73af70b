const COLUMNS = 2;
const MARGIN = 20;

export interface PanelPage {
  /** What each panel shows, drawn from its own upper left corner. */
  readonly panels: readonly string[];
  readonly panel: { readonly width: number; readonly height: number };
  /** CSS; of `.page`, too. */
  readonly style: string;
  /** For those who cannot see it. */
  readonly label: string;
}

/** An SVG of panels of one size, two in a row, on a framed page. */
export function panelPage(page: PanelPage): string {
  const { panels, panel, style, label } = page;
  const rows = Math.ceil(panels.length / COLUMNS);
  const width = 2 * MARGIN + COLUMNS * panel.width;
  const height = 2 * MARGIN + rows * panel.height;
  const placed = panels.map((drawn, index) => {
    const x = MARGIN + (index % COLUMNS) * panel.width;
    const y = MARGIN + Math.floor(index / COLUMNS) * panel.height;
    return `<g transform="translate(${x} ${y})">${drawn}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">`,
    `<style>${style}</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...placed,
    '</svg>\n',
  ].join('\n');
}
