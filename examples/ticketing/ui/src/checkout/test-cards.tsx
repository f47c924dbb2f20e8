const cards = [
  ["tok_ok", "Good card", "Pays at once"],
  ["tok_declined", "Declined card", "The bank says no"],
  ["tok_insufficient", "Empty account", "Not enough money on it"],
  ["tok_slow", "Slow bank", "Pays, after a few seconds"],
  ["tok_flaky", "Unsteady line", "Fails at first, then pays"],
  ["tok_timeout", "Silent bank", "Does not answer; we find out later"],
  ["tok_stuck", "Stuck payment", "Given up, until an admin retries it"],
] as const;

export type TestCard = (typeof cards)[number][0];

interface TestCardsProps {
  value: TestCard;
  disabled: boolean;
  onChange: (card: TestCard) => void;
}

/** The cards of the built-in gateway: each one shows another way in which paying can go. */
export function TestCards({ value, disabled, onChange }: TestCardsProps) {
  return (
    <fieldset disabled={disabled}>
      <legend className="test-cards-title">Pay with a test card</legend>
      <div className="test-cards">
        {cards.map(([token, name, words]) => (
          <label key={token} className="test-card">
            <input type="radio" name="card" value={token} checked={value === token} onChange={() => onChange(token)} />
            <span className="stack-tight">
              <strong>{name}</strong>
              <span className="small quiet">{words}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
