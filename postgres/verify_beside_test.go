package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"o2c/internal/testkit"
	"o2c/postgres"
)

// The check may run beside everything else: it takes no lock but the one that a read takes, which only a change of the schema waits
// for, and writes nothing, so that it has no transaction id. What it holds back for as long as it runs is the removal of dead rows.
func TestVerifyBlocksNobody(t *testing.T) {
	t.Parallel()
	oneOfEach(t)
	pool := testkit.Database(t)
	err := postgres.InSnapshot(t.Context(), pool, func(tx pgx.Tx) error {
		if _, err := postgres.CheckInvariants(t.Context(), tx, 1); err != nil {
			return err
		}
		var others int
		var writes bool
		err := tx.QueryRow(t.Context(), `
			SELECT count(*) FILTER (WHERE locktype <> 'virtualxid' AND mode <> 'AccessShareLock'), pg_current_xact_id_if_assigned() IS NOT NULL
			  FROM pg_locks WHERE pid = pg_backend_pid()`).Scan(&others, &writes)
		if err != nil || others > 0 || writes {
			t.Errorf("%d locks that others may wait for, a transaction id: %t, %v", others, writes, err)
		}
		// And the work goes on: the very rows that it has read change meanwhile.
		return postgres.InTx(t.Context(), pool, func(writer pgx.Tx) error {
			_, err := writer.Exec(t.Context(), `UPDATE open_items SET version = version + 1; UPDATE credit_accounts SET deposits = 0; UPDATE orders SET version = 2`)
			return err
		})
	})
	if err != nil {
		t.Error(err)
	}
}
