/** The pause between two words of the scripted model. */
export const delayMs = Number(process.env['DEMO_DELAY_MS'] ?? 70);
