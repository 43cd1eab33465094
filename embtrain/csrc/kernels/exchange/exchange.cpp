#include "kernels/exchange/exchange.h"

#include "isa/isa.h"

namespace embtrain {

EMBTRAIN_VARIANTS(exchange::Functions, exchange_functions)

namespace exchange {

const Functions &functions() { return exchange_functions(); }

}  // namespace exchange
}  // namespace embtrain
