package command

import (
	"encoding/base32"

	"github.com/google/uuid"
)

// What an id is of. The prefix is for people; programs take ids as opaque.
const (
	OrderPrefix        = "ord_"
	CustomerPrefix     = "cus_"
	PaymentPrefix      = "pay_"
	DisputePrefix      = "dsp_"
	ShipmentPrefix     = "shp_"
	DeliveryPrefix     = "dlv_"
	ReturnPrefix       = "ret_"
	StockReceiptPrefix = "rcp_"
	CreditLimitPrefix  = "lim_"
	CreditUsePrefix    = "use_"
	CollateralPrefix   = "col_"
	StandingPrefix     = "std_"
	TaskClosurePrefix  = "tcl_"
	ScreeningPrefix    = "scr_"
	PromisePrefix      = "prm_"
	DecisionPrefix     = "dec_"
	ResourcePrefix     = "res_" // of what has an id of its own, such as a sku
	FastForwardPrefix  = "ffw_"
	WriteOffPrefix     = "wof_"
	PlanPrefix         = "pln_"

	PaymentChangePrefix = "pch_"
	CarrierEventPrefix  = "cev_"
	ReturnReceiptPrefix = "rrc_"
)

// base32 with digits first sorts like the bytes that it writes, so that ids sort by age.
var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes an id: a prefix and 26 characters of lower-case base32 (Crockford's) of a UUIDv7, so that ids of one kind sort
// by age.
func NewID(prefix string) string {
	id := uuid.Must(uuid.NewV7())
	return prefix + idAlphabet.EncodeToString(id[:])
}
