// The family of this folder that has a file of its own; table.cpp calls it.
#pragma once
#include "kernels/attention.h"

namespace outpost::kernels::avx_vnni {

void fill_attention(AttentionKernels& attention);

} // namespace outpost::kernels::avx_vnni
